"""What is said of the training staff by language: of answers always, of ratings only where these are no secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.confidence import coarsened, sealed
from models.preparing import Prepared, prepare
from models.staff_groups import HeldOutScores, staff_groups
from models.training import NO_FIGURES, fit
from questionnaires.answers import AnswerSheet
from tests.unit.instruments import company, instrument_of

STAFF = 120


@pytest.fixture(scope="module")
def sheets() -> list[AnswerSheet]:
    given = company("strong", STAFF).staff_sheets()
    return [replace(sheet, language="lt" if n % 3 == 0 else "en") for n, sheet in enumerate(given)]


@pytest.fixture(scope="module")
def prepared(sheets: list[AnswerSheet]) -> Prepared:
    ratings = [each for each in company("strong", STAFF).rating_list() if each.ratee != sheets[0].person]
    return prepare(instrument_of("strong", STAFF), sheets, ratings)


@pytest.fixture(scope="module")
def tested(prepared: Prepared) -> HeldOutScores:
    """Made-up scores; the first of those tested has none."""
    rng = np.random.default_rng(5)
    scores = rng.normal(size=prepared.n)
    scores[0] = np.nan
    return HeldOutScores(scores, scores + rng.normal(size=prepared.n))


@pytest.fixture(scope="module")
def told(prepared: Prepared, sheets: list[AnswerSheet], tested: HeldOutScores) -> dict[str, Any]:
    return staff_groups(prepared, sheets, tested)


def test_answers_are_everybodys_and_scores_those_of_the_tested(told: dict[str, Any], prepared: Prepared) -> None:
    assert (told["n"], told["n_tested"], told["absent"]) == (STAFF, prepared.n - 1, None)
    assert told["languages"] == [{"language": "en", "n": 80}, {"language": "lt", "n": 40}]
    assert [(each["focal"], each["n_focal"]) for each in told["dif"]] == [("lt", 40)]
    assert [each["language"] for each in told["equivalence"]] == ["lt"]
    assert [each["focal"] for each in told["prediction"]] == ["lt"]
    assert {each["group"] for each in told["impact"]["against_highest"]} == {"en", "lt"}
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_a_language_that_reads_an_item_otherwise_is_found(prepared: Prepared, sheets: list[AnswerSheet]) -> None:
    item = prepared.data.encoder.items[0]
    best = max(item.options, key=lambda option: option.key.mean if option.key else 0.0).id
    worst = min(item.options, key=lambda option: option.key.mean if option.key else 0.0).id
    turned = [
        replace(each, answers={**each.answers, item.id: {"best": worst, "worst": best}})
        if each.language == "lt"
        else each
        for each in sheets
    ]
    told = staff_groups(prepared, turned, None)
    assert told["equivalence"][0]["finding"] == "differs"
    assert item.id in told["equivalence"][0]["differing"]
    assert told["equivalence"][0]["note"]["template"].startswith("Some items work differently")


def test_one_language_is_said_and_compared_with_nothing(
    prepared: Prepared, sheets: list[AnswerSheet], tested: HeldOutScores
) -> None:
    told = staff_groups(prepared, [replace(each, language="en") for each in sheets], tested)
    assert (told["single"], told["dif"], told["equivalence"]) == ("en", [], [])
    assert (told["absent"], told["prediction"]) == ("one_language", None)


def test_nothing_of_ratings_in_confidence_is_told(prepared: Prepared, sheets: list[AnswerSheet]) -> None:
    told = staff_groups(prepared, sheets, None)
    assert (told["absent"], told["n_tested"], told["impact"], told["prediction"]) == ("in_confidence", *3 * [None])
    other = prepare(instrument_of("strong", STAFF), sheets, company("strong", STAFF).rating_list()[::2])
    assert staff_groups(other, sheets, None) == told


def test_sealing_keeps_what_rests_on_answers_alone(prepared: Prepared, told: dict[str, Any]) -> None:
    safe = {**told, "absent": "in_confidence", "n_tested": None, "impact": None, "prediction": None}
    assert coarsened({"groups": safe}) != {"groups": safe}
    assert sealed(fit(prepared, {**NO_FIGURES, "groups": safe}), 0).manifest.figures["groups"] == safe
    assert sealed(fit(prepared, {**NO_FIGURES, "groups": told}), 0).manifest.figures["groups"] is None


def test_what_was_tested_can_be_laid_down_and_read(tested: HeldOutScores) -> None:
    again = HeldOutScores.from_plain(json.loads(json.dumps(tested.to_plain())))
    np.testing.assert_equal(again.scores, tested.scores)
    np.testing.assert_equal(again.criterion, tested.criterion)
