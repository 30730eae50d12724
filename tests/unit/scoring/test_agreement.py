"""Intraclass correlations against published figures, by hand, and over simulated panels."""

import numpy as np
import pytest

from scoring.agreement import agreement, whole_part

# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_published_figures() -> None:
    found = agreement(SHROUT_FLEISS)
    assert found is not None
    assert (round(found.single, 2), round(found.average, 2)) == (0.29, 0.62)
    assert found.single_interval == pytest.approx((0.019, 0.761), abs=0.0005)
    assert found.average_interval == pytest.approx((0.071, 0.927), abs=0.0005)
    assert (found.targets, found.raters) == (6, 4)


def test_height_counts_as_disagreement() -> None:
    """Two raters in the same order, one of them two points higher: 1 if only order counted."""
    found = agreement([[1, 3], [2, 4], [3, 5]])
    assert found is not None
    assert found.single == pytest.approx(1 / 3)


def test_the_ends() -> None:
    perfect = agreement([[1, 1, 1], [4, 4, 4]])
    assert perfect is not None
    assert (perfect.single, perfect.single_interval, perfect.average_interval) == (1.0, (1.0, 1.0), (1.0, 1.0))
    nothing = agreement([[1, 2, 3], [1, 2, 3]])
    assert nothing is not None
    assert (nothing.single, nothing.single_interval) == (0.0, None)
    against = agreement([[1, 5], [5, 1], [1, 5]])
    assert against is not None
    assert against.single < 0
    assert against.average >= -1.0


@pytest.mark.parametrize("table", [[], [[1.0, 2.0]], [[1.0], [2.0]], [[3.0, 3.0], [3.0, 3.0]], [[None, None]] * 2])
def test_nothing_can_be_said(table: list[list[float | None]]) -> None:
    assert agreement(table) is None


def test_a_gap_costs_the_smaller_part() -> None:
    table: list[list[float | None]] = [[float(row + column) for column in range(3)] for row in range(10)]
    table[4][1] = None
    assert whole_part(table) == ([0, 1, 2, 3, 5, 6, 7, 8, 9], [0, 1, 2]), "one gap costs one target, not the rater"
    for row in range(6):
        table[row][2] = None
    assert whole_part(table)[1] == [0, 1], "who left most of it out goes"
    found = agreement(table)
    assert found is not None
    assert (found.targets, found.raters) == (9, 2)


def test_intervals_cover_what_they_say() -> None:
    """Four hundred simulated panels of eight: the 95 % interval holds the true value in about 95 of a hundred."""
    dice = np.random.default_rng(11)
    between, severity, error, k = 1.1, 0.4, 0.8, 8
    true = between**2 / (between**2 + severity**2 + error**2)
    of_mean = between**2 / (between**2 + (severity**2 + error**2) / k)
    single = average = 0
    for _ in range(400):
        table = between * dice.normal(size=(12, 1)) + severity * dice.normal(size=(1, k))
        found = agreement((table + error * dice.normal(size=(12, k))).tolist())
        assert found is not None
        assert found.single_interval is not None
        assert found.average_interval is not None
        single += found.single_interval[0] <= true <= found.single_interval[1]
        average += found.average_interval[0] <= of_mean <= found.average_interval[1]
    assert 0.91 <= single / 400 <= 0.98
    assert 0.91 <= average / 400 <= 0.98
