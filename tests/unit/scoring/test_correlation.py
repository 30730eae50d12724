"""Correlation over units, with the interval that says how little a few of them tell."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy import stats

from scoring.correlation import correlate, fisher_interval, pearson


def drawn(units: int, seed: int = 1, shared: float = 1.0) -> list[tuple[float, float]]:
    chance = random.Random(seed)
    pairs = []
    for _unit in range(units):
        common = chance.gauss(0, 1) * shared
        pairs.append((common + chance.gauss(0, 1), common + chance.gauss(0, 1)))
    return pairs


@pytest.mark.parametrize("units", [4, 9, 10, 40])
def test_the_same_as_scipy(units: int) -> None:
    pairs = drawn(units)
    theirs = stats.pearsonr(*np.array(pairs).T)
    ends = theirs.confidence_interval(0.95)
    ours = correlate(pairs)
    assert (ours.r, ours.low, ours.high) == pytest.approx((theirs.statistic, ends.low, ends.high))


def test_fewer_than_ten_units_are_not_enough_for_words() -> None:
    assert [correlate(drawn(units)).enough for units in (3, 9, 10)] == [False, False, True]


def test_a_clear_relation_is_one_whose_interval_leaves_nought_out() -> None:
    assert correlate(drawn(40, shared=3.0)).clear
    assert not correlate(drawn(10, seed=5, shared=0.0)).clear
    assert not correlate(drawn(6, shared=9.0)).clear


def test_ends_that_cannot_be_reckoned() -> None:
    assert pearson([(1, 1), (2, 2)]) is None
    assert pearson([(1, 3), (1, 4), (1, 5)]) is None
    assert fisher_interval(0.5, 3) is None
    assert fisher_interval(1.0, 9) == (1.0, 1.0)
    empty = correlate([])
    assert (empty.units, empty.r, empty.low, empty.enough) == (0, None, None, False)


def test_the_interval_covers_what_it_says() -> None:
    """Nineteen times in twenty, drawn from the model that it takes for granted."""
    inside = 0
    for seed in range(400):
        found = correlate(drawn(12, seed))
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= 0.5 <= found.high
    assert 0.92 <= inside / 400 <= 0.98
