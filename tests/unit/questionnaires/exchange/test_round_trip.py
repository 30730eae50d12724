"""What is exported comes back equal."""

from dataclasses import replace

import pytest

from questionnaires import shelf
from questionnaires.definition import Purpose, Questionnaire
from questionnaires.exchange.document import document_of, yaml_text
from questionnaires.exchange.exporting import export_package
from questionnaires.exchange.faults import ExchangeError
from questionnaires.exchange.importing import import_qti
from questionnaires.identity import content_identity
from questionnaires.loading import load_text
from tests.unit.questionnaires.exchange.making import WITHHELD, all_formats, with_texts, without_companion
from tests.unit.questionnaires.samples_folder import sample

SAMPLES = with_texts()


def assert_equal(ours: Questionnaire, theirs: Questionnaire) -> None:
    assert replace(theirs, source="") == replace(ours, source="")
    assert theirs.scoring_identity == ours.scoring_identity
    assert theirs.texts_identity == ours.texts_identity
    assert content_identity(theirs) == content_identity(ours)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_feature_comes_back(name: str) -> None:
    imported = import_qti(export_package(SAMPLES[name]), "package.zip")
    assert_equal(SAMPLES[name], imported.questionnaire)
    assert_equal(SAMPLES[name], load_text(imported.yaml))
    assert imported.notes == ()


AWKWARD = [
    "  two  spaces \n\n and lines \n",
    "\ttab",
    "no",
    "1.0",
    "a: b # c",
    "'quoted' \"twice\"",
    "<p>&amp;</p> ]]> -->",
    "\u00a0wide\u2028line",
    "- list",
    "👍 ė",
    "x" * 400,
]


@pytest.mark.parametrize("text", AWKWARD)
def test_texts_come_back_to_the_letter(text: str) -> None:
    document = document_of(all_formats())
    document["items"][0]["stem"]["en"] = document["items"][0]["options"][0]["text"]["ru"] = text
    ours = load_text(yaml_text(document))
    assert ours.items[0].stems["en"] == text
    assert_equal(ours, import_qti(export_package(ours), "package.zip").questionnaire)


@pytest.mark.parametrize(("name", "version"), shelf.available())
def test_every_library_entry_comes_back(name: str, version: str) -> None:
    ours = shelf.get(name, version)
    assert_equal(ours, import_qti(export_package(ours), "package.zip").questionnaire)


SERVICE = shelf.get("internal-service", "1.0.0")


def observing(questionnaire: Questionnaire) -> list[object]:
    """What only ratings have: anchors, indicators and "could not observe"."""
    return [
        (
            item.scale and (item.scale.labels, item.scale.anchors),
            [indicator.texts for indicator in item.indicators],
            item.not_observed,
        )
        for item in questionnaire.items
    ]


def test_what_ratings_have_comes_back() -> None:
    """With the companion data, from a package without the key, and from what the QTI says alone."""
    assert all(item.scale and item.scale.anchors and item.indicators and item.not_observed for item in SERVICE.items)
    back = import_qti(export_package(SERVICE), "package.zip").questionnaire
    open_back = import_qti(export_package(SERVICE, with_key=False), "package.zip").questionnaire
    alone = import_qti(without_companion(export_package(SERVICE)), "package.zip").questionnaire
    for found in (back, open_back, alone):
        assert observing(found) == observing(SERVICE)
        assert found.purpose is SERVICE.purpose is Purpose.RATINGS
    assert [item.indicators for item in back.items] == [item.indicators for item in SERVICE.items]
    assert back.statements == SERVICE.statements
    assert {name: texts for name, texts in SERVICE.statements.items() if name != "review"} == open_back.statements


def test_the_same_questionnaire_makes_the_same_bytes() -> None:
    assert export_package(all_formats()) == export_package(all_formats())


@pytest.mark.parametrize("name", sorted(WITHHELD))
def test_withheld_texts_cannot_be_exported(name: str) -> None:
    ours = sample(name)
    with pytest.raises(ExchangeError, match="withheld") as refused:
        export_package(ours)
    assert len(refused.value.faults) == sum(item.withheld for item in ours.items)


def test_a_questionnaire_without_its_source_is_refused() -> None:
    with pytest.raises(ExchangeError, match="does not hold its source"):
        export_package(replace(all_formats(), source=""))
