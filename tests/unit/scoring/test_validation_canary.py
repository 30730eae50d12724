"""The canary: silent where nothing leaks, and loud where something does."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models.training import prepare
from scoring.validation import cross_validation
from scoring.validation.canary import canary, permuted
from scoring.validation.cross_validation import cross_validate
from scoring.validation.learning_data import LearningData, fit_rows
from scoring.validation.resampling import everybody, within_folds
from tests.unit.instruments import company, instrument_of, without_units


@pytest.fixture(scope="module")
def data() -> LearningData:
    simulation = company("strong")
    return prepare(instrument_of("strong"), simulation.staff_sheets(), simulation.rating_list()).data


def test_everybody_gets_the_whole_set_of_one_person(data):
    dealt = permuted(data.ratings, data.people, np.random.default_rng(1))
    assert Counter(r.ratee for r in dealt) != Counter(r.ratee for r in data.ratings)

    def sets(ratings):
        return sorted(
            sorted((r.rater, r.rating) for r in ratings if r.ratee == person) for person in {r.ratee for r in ratings}
        )

    assert sets(dealt) == sets(data.ratings)


def test_ratings_dealt_at_random_predict_nothing(data):
    """Over many deals the mean is 0 within two standard errors: within folds, r is centred exactly."""
    found = canary(data, permutations=40)
    assert found["passed"]
    assert abs(found["r"]) <= 2 * found["standard_error"]
    assert found["standard_error"] == pytest.approx(1 / np.sqrt(120 * 40), rel=0.35)
    assert found["people"] == 120


def test_pooled_folds_would_be_biased(data):
    """Why the report never pools folds: on ratings of chance, pooled r is clearly below 0."""
    pooled = []
    for seed in range(20):
        ratings = permuted(data.ratings, data.people, np.random.default_rng(seed))
        (result,) = cross_validate(_with(data, ratings, seed), repeats=1)
        pooled.append(np.corrcoef(result.prediction, result.criterion)[0, 1])
    assert np.mean(pooled) < -2 * np.std(pooled) / np.sqrt(20)


def _with(data, ratings, seed):
    from dataclasses import replace

    return replace(data, ratings=tuple(ratings), seed=seed)


def test_a_leak_is_heard(data, monkeypatch):
    """A model that has seen the held-out people's ratings finds a correlation where there is none."""

    def leaky(given, train):
        return fit_rows(given, np.arange(len(given.people)))[0], fit_rows(given, train)[1]

    monkeypatch.setattr(cross_validation, "fit_rows", leaky)
    found = canary(data)
    assert not found["passed"]
    assert found["attempts"] == 2
    assert found["r"] > 0.1


def test_many_people_send_a_part(monkeypatch, data):
    monkeypatch.setattr("scoring.validation.canary.MOST_PEOPLE", 65)
    found = canary(data, permutations=3)
    assert found["people"] == 60


def test_without_units_it_works_alike():
    simulation = company("strong", 60)
    sheets = without_units(simulation.staff_sheets())
    data = prepare(instrument_of("strong", 60), sheets, simulation.rating_list()).data
    assert canary(data, permutations=4)["people"] == 60


def test_within_folds_is_what_the_report_means(data):
    (result,) = cross_validate(data, repeats=1)
    by_hand = [
        np.corrcoef(result.prediction[result.fold == fold], result.criterion[result.fold == fold])[0, 1]
        for fold in range(5)
    ]
    weights = np.bincount(result.fold.astype(int))
    (r,) = within_folds(result.prediction, result.criterion, result.fold, everybody(120))
    assert r == pytest.approx(np.average(by_hand, weights=weights))
