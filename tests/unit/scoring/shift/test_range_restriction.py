"""Thorndike's case II against hand-worked values and against selection in simulation."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.errors import ScoringError
from scoring.shift.range_restriction import correct_for_range_restriction


def test_hand_worked_value():
    # U = 2, r = .3: .6 / sqrt(1 + .09 * 3) = .6 / sqrt(1.27)
    assert correct_for_range_restriction(0.3, 1.0, 0.5) == pytest.approx(0.6 / 1.27**0.5, abs=1e-12)


def test_equal_spreads_change_nothing():
    assert correct_for_range_restriction(-0.4, 2.0, 2.0) == pytest.approx(-0.4, abs=1e-12)


def test_a_wider_spread_among_the_hired_makes_it_smaller():
    assert 0 < correct_for_range_restriction(0.3, 1.0, 1.5) < 0.3


def test_undoes_selection_on_the_score():
    rng = np.random.default_rng(3)
    score = rng.standard_normal(200_000)
    criterion = 0.5 * score + np.sqrt(0.75) * rng.standard_normal(len(score))
    hired = score > 0.5
    r = float(np.corrcoef(score[hired], criterion[hired])[0, 1])
    corrected = correct_for_range_restriction(r, float(score.std()), float(score[hired].std()))
    assert r < 0.35
    assert corrected == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("r", [1.2, float("nan"), float("-inf")])
def test_no_correlation(r):
    with pytest.raises(ScoringError, match="between -1 and 1"):
        correct_for_range_restriction(r, 1.0, 1.0)


@pytest.mark.parametrize("spreads", [(0.0, 1.0), (1.0, 0.0), (1.0, float("nan")), (float("inf"), 1.0)])
def test_no_spread(spreads):
    with pytest.raises(ScoringError, match="spreads above 0"):
        correct_for_range_restriction(0.3, *spreads)
