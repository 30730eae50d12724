"""Cross-validation that keeps the fold shut."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from models.training import prepare
from scoring.precision import (
    blind_error,
    item_contributions,
    lambda_two,
    standard_error,
    standard_error_of_difference,
)
from scoring.ratings import Rating
from scoring.validation.cross_validation import cross_validate
from scoring.validation.learning_data import LearningData, fit_rows
from scoring.validation.report import probability_figures, report
from scoring.validation.resampling import everybody
from tests.unit.instruments import company, every_format, instrument_of, permuted


@pytest.fixture(scope="module")
def data() -> LearningData:
    simulation = company("strong")
    return prepare(instrument_of("strong"), simulation.staff_sheets(), simulation.rating_list()).data


@pytest.fixture(scope="module")
def results(data):
    return cross_validate(data, repeats=3)


def with_ratings(data: LearningData, ratings: list[Rating]) -> LearningData:
    return replace(data, ratings=tuple(ratings))


def test_everybody_is_predicted_once_per_repeat_by_others(data, results):
    for result in results:
        assert len(result.rows) == len(data.people)
        assert np.isfinite(result.prediction).all()
        assert ((result.probability > 0) & (result.probability < 1)).all()
        assert (result.low < result.prediction).all()
        assert (result.prediction < result.high).all()


def test_units_are_never_split(data, results):
    units = np.array(data.units)
    for result in results:
        for unit in set(data.units):
            assert len(set(result.fold[units == unit])) == 1


def test_repeats_draw_other_folds_and_the_same_seed_the_same(data, results):
    again = cross_validate(data, repeats=1)
    assert not np.array_equal(results[0].fold, results[1].fold)
    for one, two in zip(results, again, strict=False):
        assert np.array_equal(one.prediction, two.prediction)
        assert np.array_equal(one.probability, two.probability)


def test_the_figures_are_plain_and_complete(data, results):
    figures = report(data, results, resamples=50)
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert figures["r_low"] < figures["r"] < figures["r_high"]
    assert figures["r_corrected"] == pytest.approx(figures["r"] / figures["criterion_reliability"] ** 0.5)
    assert figures["n"] == 120
    assert figures["n_units"] == 6
    assert 0.1 < figures["r"] < 0.7


def test_held_out_ratings_never_reach_the_fit_of_their_fold(data):
    """Changing what held-out people were given changes no prediction about anybody in that fold."""
    folds = cross_validate(data, repeats=1)[0].fold
    train, new = np.flatnonzero(folds != 0), np.flatnonzero(folds == 0)
    held_out = {data.people[row] for row in new}
    spoiled = [r._replace(rating=r.rating * 7 - 40) if r.ratee in held_out else r for r in data.ratings]
    before, _ = fit_rows(data, train)
    after, _ = fit_rows(with_ratings(data, spoiled), train)
    assert np.array_equal(before.coef_, after.coef_)
    assert before.predictive_ == after.predictive_


def test_training_ratings_never_reach_held_out_criteria(data):
    """Not even through raters whom both share: their severity is estimated apart."""
    new = np.arange(0, 60)
    held_out = {data.people[row] for row in new}
    spoiled = [r if r.ratee in held_out else r._replace(rating=10 - 3 * r.rating) for r in data.ratings]
    one = data.held_out_criteria(new, None)
    two = with_ratings(data, spoiled).held_out_criteria(new, None)
    assert np.array_equal(one, two)


def test_ratings_that_tell_nobody_apart_are_taken_as_they_are(data):
    flat = with_ratings(data, [r._replace(rating=3.0) for r in data.ratings])
    assert flat.held_out_criteria(np.arange(10), None).tolist() == [3.0] * 10


def test_calibration_is_not_fitted_on_what_it_judges(data):
    """On noise an honest probability hardly leaves the base rate; a leaked one would."""
    noise = with_ratings(data, permuted(list(data.ratings), 3))
    figures = report(noise, cross_validate(noise, repeats=3), resamples=20)
    assert figures["log_loss"] < figures["log_loss_base"] + 0.03
    assert figures["coverage_90"] == pytest.approx(0.9, abs=0.06)


def test_a_key_by_consensus_is_built_inside_the_fold(data):
    """Held-out people's answers do not enter the consensus that scores them."""
    blind = replace(data, encoder=_without_key(data))
    train = np.arange(80)
    model, _ = fit_rows(blind, train)
    shaken = replace(blind, encoded=replace(data.encoded, X=np.r_[data.encoded.X[:80], data.encoded.X[80:][::-1]]))
    other, _ = fit_rows(shaken, train)
    assert np.array_equal(model.key_weights_, other.key_weights_)
    assert np.any(model.key_weights_)


def _without_key(data):
    class Unkeyed:
        key_column = None
        has_key = True
        blocks = data.encoder.blocks
        spans = tuple((b.kind, b.start, b.width) for b in data.encoder.blocks)

    return Unkeyed()


def test_equal_probabilities_have_no_slope(results):
    flat = replace(results[0], probability=np.full(120, 1 / 3))
    row = probability_figures(flat, everybody(120))
    assert np.isnan(row["slope"]).all()
    assert row["brier"] == pytest.approx(row["brier_base"])


def test_contributions_add_up_to_the_score(data):
    model, _ = fit_rows(data, np.arange(120))
    encoder = data.encoder
    parts = item_contributions(data.encoded, model.coef_, encoder.blocks, encoder.key_column)
    assert parts.sum(axis=1) + model.intercept_ == pytest.approx(model.predict(data.encoded.X))


def test_lambda_two_of_parallel_items_is_their_reliability():
    rng = np.random.default_rng(0)
    true = rng.normal(size=(20000, 1))
    items = true + rng.normal(size=(20000, 5)) * 2
    assert lambda_two(items) == pytest.approx(5 / (5 + 4), abs=0.02)
    expected = np.std(items.sum(axis=1)) * np.sqrt(4 / 9)
    assert standard_error(items) == pytest.approx(expected, rel=0.03)
    assert standard_error_of_difference(items) == pytest.approx(expected * np.sqrt(2), rel=0.03)


def test_no_reliability_where_there_is_nothing_to_compare():
    assert lambda_two(np.ones((10, 4))) is None
    assert lambda_two(np.random.default_rng(0).normal(size=(10, 1))) is None
    assert standard_error_of_difference(np.ones((10, 4))) is None


def test_the_error_before_any_data_is_that_of_random_answers():
    questionnaire = every_format()
    rng = np.random.default_rng(1)
    one = questionnaire.item("one")
    assert blind_error([one]) == pytest.approx(np.std(rng.integers(0, 2, 100000)), abs=0.01)
    assert blind_error(questionnaire.items) < blind_error([one])
    assert blind_error([questionnaire.item("words")]) is None
