"""What the guide for authors says is true."""

import re
from pathlib import Path

from questionnaires.answers import columns_of
from questionnaires.craft import check
from questionnaires.definition import FACETS, ResponseFormat
from questionnaires.loading import load_text
from questionnaires.shape import schema

GUIDE = (Path(__file__).parents[3] / "docs" / "questionnaire-format.md").read_text(encoding="utf-8")


def test_the_example_loads_and_needs_no_advice() -> None:
    example = re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    loaded = load_text(example.group(1))
    assert columns_of(loaded) == ["charger.best", "charger.worst", "patience"]
    assert [found.severity for found in check(loaded)] == ["note"]


def test_every_field_and_format_is_described() -> None:
    described = set(re.findall(r"`(\w+)`", GUIDE))
    assert set(schema()["properties"]) <= described
    assert set(schema()["$defs"]["item"]["properties"]) - {"withheld"} <= described
    assert {each.value for each in ResponseFormat} <= described
    assert set(FACETS) <= described
