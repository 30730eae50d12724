"""Intercepts from outcomes of the hired: repaired with many, hardly moved with few, slopes untouched."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.special import expit, logit

from scoring.errors import ScoringError
from scoring.shift.recalibrate import FEWEST_OUTCOMES, recalibrate_outcomes, recalibrate_ratings


def hired(n, seed, shift):
    """Probabilities of the best fifth by score, and outcomes whose true logit lies ``shift`` away."""
    rng = np.random.default_rng(seed)
    logits = -0.7 + 0.8 * rng.standard_normal(5 * n)
    chosen = np.sort(logits)[-n:]
    return expit(chosen), (rng.random(n) < expit(chosen + shift)).astype(float)


def test_many_outcomes_of_selected_people_repair_the_mean():
    p, y = hired(2000, 1, shift=-0.8)
    found = recalibrate_outcomes(p, y)
    assert found.shift == pytest.approx(-0.8, abs=0.15)
    assert found.expected - found.observed > 0.1
    new_p, new_y = hired(5000, 2, shift=-0.8)
    assert found.probabilities(new_p).mean() == pytest.approx(new_y.mean(), abs=0.03)
    assert abs(new_p.mean() - new_y.mean()) > 0.1


def test_the_slope_and_the_order_stay():
    p, y = hired(200, 3, shift=0.5)
    moved = recalibrate_outcomes(p, y).probabilities(p)
    assert np.ptp(logit(moved) - logit(p)) < 1e-9
    assert (np.argsort(moved, kind="stable") == np.argsort(p, kind="stable")).all()


def test_few_outcomes_change_little():
    shifts, free = [], []
    for seed in range(200):
        found = recalibrate_outcomes(*hired(FEWEST_OUTCOMES, seed, shift=0.0))
        shifts.append(found.shift)
        free.append(found.unshrunken)
    assert np.std(shifts) < 0.6 * np.std(free)
    assert np.mean(np.abs(shifts) > 0.75) < 0.02


def test_too_few_outcomes_change_nothing_and_say_so():
    p, y = hired(FEWEST_OUTCOMES - 1, 1, shift=2.0)
    found = recalibrate_outcomes(p, y)
    assert (found.applied, found.shift) == (False, 0.0)
    assert (found.probabilities(p) == p).all()
    assert "too few" in found.sentence
    assert recalibrate_outcomes(np.array([]), np.array([])).people == 0


def test_everybody_alike_moves_a_finite_way():
    found = recalibrate_outcomes(np.full(40, 0.4), np.ones(40))
    assert 0.3 < found.shift < 2.0
    assert found.unshrunken is None
    json.dumps(found.to_plain(), allow_nan=False)


def test_the_standard_error_is_that_of_repeated_samples():
    shifts = [recalibrate_outcomes(*hired(300, seed, shift=0.0), prior=100.0) for seed in range(300)]
    assert np.std([s.shift for s in shifts]) == pytest.approx(np.mean([s.error for s in shifts]), rel=0.15)


def test_ratings_worked_by_hand():
    # n = 25, prior .3 spreads: share 25 / (25 + 11.111) = .69231; mean error .4.
    found = recalibrate_ratings(np.full(25, 3.0), np.full(25, 3.4), spread=0.5)
    assert found.shift == pytest.approx(0.4 * 25 / (25 + 1 / 0.09))
    assert found.ratings(np.array([3.0])) == pytest.approx([3.0 + found.shift])


def test_ratings_move_the_probability_of_the_top_too():
    found = recalibrate_ratings(np.zeros(100), np.full(100, 0.5), spread=1.0)
    assert found.top_probabilities(np.array([0.5]), 1.0) > 0.65


def test_each_kind_moves_its_own_figures_only():
    outcomes = recalibrate_outcomes(*hired(50, 1, 0.0))
    ratings = recalibrate_ratings(np.zeros(30), np.zeros(30), 1.0)
    with pytest.raises(ScoringError, match="of outcomes"):
        outcomes.ratings(np.zeros(1))
    with pytest.raises(ScoringError, match="of outcomes"):
        outcomes.top_probabilities(np.zeros(1), 1.0)
    with pytest.raises(ScoringError, match="of ratings"):
        ratings.probabilities(np.zeros(1))


@pytest.mark.parametrize(
    ("p", "y", "match"),
    [
        ([0.2, 0.3], [1.0], "a prediction and an outcome"),
        ([0.2, np.nan], [1.0, 0.0], "finite"),
        ([0.2, 1.0], [1.0, 0.0], "between 0 and 1"),
        ([0.2, 0.4], [1.0, 3.0], "between 0 and 1"),
    ],
)
def test_outcomes_that_are_none(p, y, match):
    with pytest.raises(ScoringError, match=match):
        recalibrate_outcomes(np.array(p), np.array(y))


def test_a_spread_or_prior_of_nothing_is_refused():
    with pytest.raises(ScoringError, match="spread"):
        recalibrate_ratings(np.zeros(30), np.zeros(30), 0.0)
    with pytest.raises(ScoringError, match="beforehand"):
        recalibrate_ratings(np.zeros(30), np.zeros(30), 1.0, prior=0.0)
