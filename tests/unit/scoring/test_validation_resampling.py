"""Figures of many draws at once are the figures of the people drawn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from scoring.calibration import logistic_line
from scoring.validation import figures
from scoring.validation.hiring import taylor_russell
from scoring.validation.resampling import (
    Draws,
    areas,
    calibration_lines,
    correlations,
    everybody,
    interval,
    mean_of,
    shares_among_hired,
    squared_calibration_errors,
    within_folds,
)


@pytest.fixture
def drawn():
    """Probabilities with ties, labels, and three draws of 60 people as counts and as row numbers."""
    rng = np.random.default_rng(4)
    p = np.round(rng.uniform(0.1, 0.9, 60), 1)
    labels = (rng.random(60) < p).astype(float)
    rows = rng.integers(0, 60, (3, 60))
    return p, labels, np.array([np.bincount(each, minlength=60) for each in rows], dtype=float), rows


def test_counts_say_the_same_as_repeated_rows(drawn):
    p, labels, weights, rows = drawn
    assert areas(p, labels, weights) == pytest.approx([roc_auc_score(labels[r], p[r]) for r in rows])
    assert mean_of(labels, weights) == pytest.approx([labels[r].mean() for r in rows])
    assert correlations(p, labels, weights) == pytest.approx([np.corrcoef(p[r], labels[r])[0, 1] for r in rows])


def test_calibration_lines_are_those_of_the_people_drawn(drawn):
    p, labels, weights, rows = drawn
    intercepts, slopes = calibration_lines(p, labels, weights)
    lines = [logistic_line(np.log(p[r] / (1 - p[r])), labels[r]) for r in rows]
    assert intercepts == pytest.approx([line[0] for line in lines], abs=1e-3)
    assert slopes == pytest.approx([line[1] for line in lines], abs=1e-3)


def test_the_squared_calibration_error_of_everybody_is_the_figure():
    rng = np.random.default_rng(1)
    p = rng.uniform(0.1, 0.6, 500)
    labels = (rng.random(500) < p + 0.2).astype(float)
    (squared,) = squared_calibration_errors(p, labels, 10, everybody(500))
    assert np.sqrt(squared) == pytest.approx(figures.calibration_error(p, labels))


def test_units_are_drawn_whole():
    units = [f"u{i // 4}" for i in range(40)]
    (weights,) = list(Draws.of(units, 30, (1,)).chunks())
    assert weights.shape == (30, 40)
    assert (weights.sum(axis=1) == 40).all()
    assert all(len(set(row[i : i + 4])) == 1 for row in weights.tolist() for i in range(0, 40, 4))


@pytest.mark.parametrize("units", [[None] * 12, ["a", "b", "c", "d"] * 3])
def test_people_are_drawn_where_units_are_few_or_unknown(units):
    draws = Draws.of(units, 5, (1,))
    assert not draws.by_unit
    assert next(draws.chunks()).shape == (5, 12)


def test_draws_are_the_same_every_time():
    draws = Draws.of(["a", None, "b", "c", "d", "e"], 7, (3,))
    assert np.array_equal(next(draws.chunks()), next(draws.chunks()))


def test_the_interval_of_a_correlation_covers_it():
    """Nine times of ten, or a little less: percentile intervals of 100 people are somewhat narrow."""
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(200):
        a = rng.standard_normal(100)
        b = 0.4 * a + np.sqrt(1 - 0.16) * rng.standard_normal(100)
        draws = Draws.of([None] * 100, 200, (int(rng.integers(1 << 30)),))
        low, high = interval(draws.over(lambda weights, a=a, b=b: {"r": correlations(a, b, weights)})["r"])
        inside += low <= 0.4 <= high
    assert 0.84 <= inside / 200 <= 0.95


def test_an_interval_of_next_to_nothing_is_none():
    assert interval(np.full(10, np.nan)) == (None, None)
    assert interval(np.array([np.nan] * 8 + [1.0, 2.0])) == (None, None)


def test_correlation_within_folds_ignores_what_parts_the_folds():
    folds = np.repeat([0, 1], 50)
    rng = np.random.default_rng(2)
    a = rng.standard_normal(100)
    b = a + rng.standard_normal(100)
    shifted = within_folds(a + 100 * folds, b - 70 * folds, folds, everybody(100))
    assert shifted == pytest.approx(within_folds(a, b, folds, everybody(100)))
    assert within_folds(np.ones(100), b, folds, everybody(100)) == [0.0]


def test_nobody_has_an_area_when_all_have_one_label():
    assert np.isnan(areas(np.array([0.1, 0.2]), np.ones(2), everybody(2))).all()


def test_who_ties_at_the_border_of_hiring_shares_it():
    scores, labels = np.array([3.0, 2.0, 2.0, 1.0]), np.array([1.0, 1.0, 0.0, 0.0])
    assert shares_among_hired(scores, labels, 0.5, everybody(4)) == pytest.approx([0.75])
    assert shares_among_hired(scores, labels, 0.25, everybody(4)) == pytest.approx([1.0])


@pytest.mark.parametrize(
    ("r", "base", "ratio", "expected"),
    [
        (0.0, 0.3, 0.2, 0.3),
        (0.5, 0.5, 0.5, 2 / 3),
        (0.3, 0.5, 0.1, 0.71),
        (0.5, 0.2, 0.1, 0.52),
    ],
)
def test_taylor_and_russells_tables(r, base, ratio, expected):
    """Published values of 1939, two digits; at one half and one half it is 1/2 + arcsin(r) / pi."""
    assert taylor_russell(r, base, ratio) == pytest.approx(expected, abs=0.006)
