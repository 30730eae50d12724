"""The key as outcome processing scores every answer as our own key does."""

import random
from typing import Any

import pytest

from questionnaires.definition import Item, ResponseFormat
from questionnaires.exchange.exporting import export_package, without_processing
from questionnaires.exchange.importing import import_qti
from questionnaires.exchange.item_writing import item_xml
from questionnaires.exchange.vocabulary import form_path, item_path, point_identifier, to_qti
from questionnaires.loading import load_text
from scoring.key import item_score, key_total, scorable_items, standardised_score
from tests.unit.questionnaires.exchange.making import all_formats, unzipped
from tests.unit.questionnaires.exchange.qti_engine import responded, totalled
from tests.unit.questionnaires.samples_folder import sample

OURS = all_formats()
KEYED = [*OURS.items, *sample("likert").items, *sample("rate-each").items, *sample("panel-key").items]
KEYED = [item for item in KEYED if item.keyed]


def answered(item: Item, chance: random.Random) -> tuple[dict[str, Any], Any]:
    """An answer in our form and as QTI has it."""
    names = list(item.option_ids)
    chance.shuffle(names)
    if item.format is ResponseFormat.BEST_WORST:
        return {"best": names[0], "worst": names[1]}, [f"{to_qti(names[0])} best", f"{to_qti(names[1])} worst"]
    if item.format is ResponseFormat.PICK_ONE:
        return {"choice": names[0]}, to_qti(names[0])
    if item.format is ResponseFormat.RANK:
        return {"ranks": {name: place for place, name in enumerate(names, 1)}}, [to_qti(name) for name in names]
    assert item.scale is not None
    points = list(item.scale.points)
    if item.format is ResponseFormat.LIKERT:
        point = chance.choice(points)
        return {"value": point}, point_identifier(point)
    ratings = {name: chance.choice(points) for name in names}
    return {"ratings": ratings}, [f"{to_qti(name)} {point_identifier(point)}" for name, point in ratings.items()]


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.id)
def test_item_scores_are_those_of_the_key(item: Item) -> None:
    language = next(iter(item.stems))
    xml, chance = item_xml(item, language), random.Random(7)
    for _time in range(40):
        answer, response = answered(item, chance)
        outcomes = responded(xml, response)
        assert outcomes["SCORE"] == pytest.approx(item_score(item, answer), abs=1e-12)
        assert outcomes["SCORE_SHARE"] == pytest.approx(standardised_score(item, answer), abs=1e-12)
        assert outcomes["COUNTED"] == 1


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.id)
def test_an_unfinished_answer_has_no_score(item: Item) -> None:
    _answer, response = answered(item, random.Random(1))
    unfinished = response[:1] if isinstance(response, list) else None
    for given in (None, unfinished):
        outcomes = responded(item_xml(item, next(iter(item.stems))), given)
        assert (outcomes["SCORE"], outcomes["SCORE_SHARE"], outcomes["COUNTED"]) == (None, None, 0)


def test_places_left_empty_are_no_order() -> None:
    for empty in ([None] * 4, ["a", None, "b", "c"], []):
        outcomes = responded(item_xml(OURS.item("7-rank"), "en"), empty)
        assert (outcomes["SCORE"], outcomes["COUNTED"]) == (None, 0)


def test_ratings_all_alike_score_nothing() -> None:
    item = OURS.item("rate-each")
    response = [f"{to_qti(name)} point_-2" for name in item.option_ids]
    assert responded(item_xml(item, "en"), response)["SCORE"] == 0


def test_ratings_and_ranks_are_told_as_numbers() -> None:
    rated = responded(item_xml(OURS.item("rate-each"), "lt"), ["a point_-2", "b point_2", "c point_0"])
    assert [rated[name] for name in ("RATING_a", "RATING_b", "RATING_c")] == [-2, 2, 0]
    ranked = responded(item_xml(OURS.item("7-rank"), "ru"), ["d", "b", "a", "c"])
    assert [ranked[name] for name in ("RANK_a", "RANK_b", "RANK_c", "RANK_d")] == [3, 2, 4, 1]


@pytest.mark.parametrize("form", ["A", "B"])
@pytest.mark.parametrize("left_out", [0, 2])
def test_the_key_total_of_a_form_is_ours(form: str, left_out: int) -> None:
    files, chance = unzipped(export_package(OURS)), random.Random(form)
    items = scorable_items(OURS, form)
    told = {item.id: answered(item, chance) for item in items[left_out:]}
    outcomes = {
        to_qti(item.id): responded(files[item_path(item.id, "ru")], told.get(item.id, ({}, None))[1]) for item in items
    }
    total = totalled(files[form_path(form, "ru")], outcomes)["KEY_TOTAL"]
    assert total == pytest.approx(key_total(items, {name: answer for name, (answer, _) in told.items()}).value)


def test_could_not_observe_is_complete_and_has_no_score() -> None:
    item = next(item for item in sample("competence").items if item.not_observed)
    outcomes = responded(item_xml(item, "en"), "not_observed")
    assert (outcomes.get("SCORE"), outcomes.get("COUNTED", 0)) == (None, 0)


def long_list(count: int, kind: str) -> str:
    options = "".join(f"\n      - {{id: o{n}, text: {{en: T{n}}}, key: {{mean: {1 + n % 5}}}}}" for n in range(count))
    scale = "\n    scale: {minimum: 0, maximum: 9}" if kind == "rate_each" else ""
    head = "format: 1\nname: long\nversion: 1.0.0\nlanguages: [en]\ntitle: {en: Long}\nkey_set_by: authors\nitems:"
    return f"{head}\n  - id: long\n    format: {kind}\n    stem: {{en: Long}}{scale}\n    options:{options}\n"


@pytest.mark.parametrize(("kind", "most"), [("rank", 12), ("rate_each", 8)])
def test_a_key_that_qti_cannot_express_stays_in_the_companion_data(kind: str, most: int) -> None:
    fits, too_long = load_text(long_list(most, kind)), load_text(long_list(most + 1, kind))
    assert without_processing(fits) == []
    assert without_processing(too_long) == ["long"]
    assert b"processing" not in unzipped(export_package(too_long))[item_path("long", "en")]
    assert import_qti(export_package(too_long), "x.zip").questionnaire.scoring_identity == too_long.scoring_identity


def test_a_key_without_differences_gives_no_share() -> None:
    alike = load_text(long_list(3, "pick_one").replace("mean: 2", "mean: 1").replace("mean: 3", "mean: 1"))
    outcomes = responded(item_xml(alike.item("long"), "en"), "o2")
    assert outcomes["SCORE"] == 1
    assert "SCORE_SHARE" not in outcomes
