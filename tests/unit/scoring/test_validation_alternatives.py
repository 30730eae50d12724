"""Alternatives tried in a training run: nobody is judged by what was fitted on them, and the record changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from models.card import write_card
from models.manifest import Manifest
from models.preparing import prepare
from questionnaires.words import unpacked
from scoring.calibrators.comparing import FITS, Case
from scoring.calibrators.intervals import IntervalCase, compare_intervals
from scoring.folds import assign_folds, splits
from scoring.targets import rating_components
from scoring.validation.alternatives import STREAM, alternatives, challengers_record, nested_cases, sentence_on
from scoring.validation.cross_validation import N_FOLDS
from scoring.validation.learning_data import LearningData
from tests.unit.instruments import company, instrument_of, without_units


@cache
def data(staff: int = 150) -> LearningData:
    simulation = company("typical", staff)
    return prepare(instrument_of("typical", staff), simulation.staff_sheets(), simulation.rating_list()).data


def test_everybody_is_judged_once_by_models_that_never_saw_them():
    cases = list(nested_cases(data()))
    assert sum(len(each.case.new_criteria) for each in cases) == 150
    for each in cases:
        assert len(each.case.predictions) == 150 - len(each.case.new_criteria)
        assert each.by_fold.shape == (len(each.case.new_criteria), len(np.unique(each.case.folds)))


def test_criteria_of_the_judged_fold_do_not_move_what_calibrations_are_fitted_on():
    """Raise the ratings of the people judged in the first fold: that fold's fitting data stay as they are."""
    first = next(nested_cases(data()))
    judged = {data().people[row] for row in first_fold()}
    assert len(judged) == len(first.case.new_criteria)
    raised = [each._replace(rating=each.rating + 2.0 * (i % 3)) for i, each in enumerate(data().ratings)]
    moved = [high if each.ratee in judged else each for each, high in zip(data().ratings, raised, strict=True)]
    again = next(nested_cases(replace(data(), ratings=tuple(moved))))
    assert np.array_equal(again.case.predictions, first.case.predictions)
    assert np.array_equal(again.case.new_predictions, first.case.new_predictions)
    assert not np.allclose(again.case.new_criteria, first.case.new_criteria)


def first_fold() -> list[int]:
    """Rows of the people held out in the first fold."""
    parts = rating_components(data().ratings, data().people)
    rng = np.random.default_rng([data().seed, STREAM])
    _, new = next(splits(assign_folds(150, N_FOLDS, rng, data().units, parts)))
    return new.tolist()


def test_what_each_fold_model_says_averages_to_about_what_the_model_says():
    for each in nested_cases(data()):
        assert each.by_fold.mean(axis=1) == pytest.approx(each.case.new_predictions, abs=0.1)


def test_the_record_is_plain_and_small_companies_have_no_challengers():
    record = alternatives(data())
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["challengers"] is None
    assert record["calibrations"]["nested"] is True
    assert record["calibrations"]["reason"] == "too_few"
    assert set(record["calibrations"]["tried"]) == set(FITS)
    assert set(record["interval_methods"]["tried"]) == {"product", "gaussian", "conformal"}


def test_from_a_thousand_on_challengers_are_tried_and_the_linear_stack_is_kept():
    record = challengers_record(data(1000))
    assert record is not None
    assert set(record["tried"]) >= {"stack", "boosting", "stack_and_boosting"}
    assert record["n"] == 1000
    assert "linear stack is used" in unpacked(record["sentence"])
    assert record["tried"]["boosting"]["gain"] < 0.01


def test_a_winner_is_named_with_its_gain_and_not_used():
    row = {"wins": True, "gain": 0.0213, "gain_se": 0.0101}
    said = sentence_on({"chosen": "boosting", "tried": {"boosting": row}})
    assert said.startswith("Boosting ordered people a little better here: r is higher by 0.021")
    assert "is used all the same" in said


def test_a_binary_criterion_has_no_intervals():
    ratings = [rating._replace(rating=float(rating.rating > 3)) for rating in data().ratings]
    best = {rating.ratee: rating for rating in ratings}
    simulation = company("typical", 150)
    binary = prepare(
        instrument_of("typical", 150), simulation.staff_sheets(), list(best.values()), criterion=None, binary=True
    ).data
    record = alternatives(binary)
    assert record["interval_methods"] is None
    assert record["calibrations"]["default"] == "sigmoid"


def test_of_many_people_whole_units_take_part_and_the_same_ones_each_time():
    part = data().at_most(60, 9)
    assert 40 <= len(part.people) <= 60
    assert part.people == data().at_most(60, 9).people
    assert part.people != data().at_most(60, 8).people
    for unit in set(part.units):
        assert part.units.count(unit) == data().units.count(unit)
    assert data().at_most(150, 9) is data()


def test_people_without_units_are_drawn_one_by_one():
    simulation = company("typical", 150)
    loose = prepare(
        instrument_of("typical", 150), without_units(simulation.staff_sheets()), simulation.rating_list()
    ).data
    assert len(loose.at_most(61, 9).people) == 61


def test_intervals_of_skewed_errors_hold_what_they_say():
    """Exponential errors: CV+ and the product's quantiles cover nine of ten, and the normal distribution is wider."""
    rng = np.random.default_rng(3)
    n, m = 2000, 4000
    predictions, new = rng.normal(size=n), rng.normal(size=m)
    errors, outcomes = rng.exponential(size=n) - 1, new + rng.exponential(size=m) - 1
    case = Case(predictions, predictions + errors, np.arange(n) % 20, new, outcomes)
    record = compare_intervals([IntervalCase(case, np.tile(new[:, None], 20))])
    tried = record["tried"]
    assert record["n"] == m
    assert tried["product"]["coverage"] == pytest.approx(0.9, abs=0.02)
    assert tried["conformal"]["coverage"] == pytest.approx(0.9, abs=0.02)
    assert tried["gaussian"]["coverage"] > 0.92


def test_of_ten_people_cv_plus_has_no_end():
    rng = np.random.default_rng(4)
    case = Case(np.zeros(8), rng.normal(size=8), np.arange(8), np.zeros(3), np.zeros(3))
    record = compare_intervals([IntervalCase(case, np.zeros((3, 8)))])
    assert record["tried"]["conformal"] == {"coverage": 1.0, "width": None}
    assert compare_intervals([]) == {"n": 0, "wanted": 0.9, "tried": {}}


def test_the_card_says_what_was_tried():
    record = challengers_record(data(1000))
    manifest = Manifest("trained", "q", "1.0.0", "0", "0", "A", "now", figures={"r": 0.3, "challengers": record})
    card = write_card(manifest)
    assert "Challengers, on 1000 people" in card
    assert "linear stack is used" in card
