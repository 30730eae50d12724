"""What the guide for authors says is true."""

import re
from pathlib import Path

from questionnaires.answers import columns_of
from questionnaires.craft.advice import check
from questionnaires.definition import FACETS, ResponseFormat
from questionnaires.loading import load_text
from questionnaires.shape import schema

GUIDE = (Path(__file__).parents[3] / "docs" / "questionnaire-format.md").read_text(encoding="utf-8")


def test_the_example_loads_and_needs_no_advice() -> None:
    example = re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    loaded = load_text(example.group(1))
    assert columns_of(loaded) == ["charger.best", "charger.worst", "patience"]
    assert [found.severity for found in check(loaded)] == ["note"]


def test_the_example_of_a_competence_loads_too() -> None:
    example = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[1]
    head = "format: 1\nname: matrix\nversion: 1.0.0\nlanguages: [en]\ntitle: {en: Matrix}\nkey_set_by: us\n"
    (item,) = load_text(head + example).items
    assert len(item.indicators) == 2
    assert list(item.scale.anchors["en"]) == [1, 3, 5]


def test_every_field_and_format_is_described() -> None:
    described = set(re.findall(r"`(\w+)`", GUIDE))
    assert set(schema()["properties"]) <= described
    assert set(schema()["$defs"]["item"]["properties"]) - {"withheld"} <= described
    assert set(schema()["$defs"]["scale"]["properties"]) - {"minimum", "maximum"} <= described
    assert set(schema()["properties"]["purpose"]["enum"]) <= described
    assert {each.value for each in ResponseFormat} <= described
    assert set(FACETS) <= described
