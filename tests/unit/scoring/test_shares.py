"""Whole percentages that add up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.explaining.shares import whole_percents


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((1 / 3, 1 / 3, 1 / 3), (34, 33, 33)),
        ((0.125,) * 8, (13, 13, 13, 13, 12, 12, 12, 12)),
        ((0.145, 0.145, 0.145, 0.145, 0.42), (15, 15, 14, 14, 42)),
        ((0.5, 0.5), (50, 50)),
        ((1.0,), (100,)),
        ((0.0, 0.0), (0, 0)),
        ((), ()),
    ],
)
def test_percentages_add_up_and_equal_remainders_go_to_the_first(
    shares: tuple[float, ...], expected: tuple[int, ...]
) -> None:
    assert whole_percents(shares) == expected


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=30).filter(lambda weights: sum(weights) > 1e-6))
def test_shares_of_one_add_up_to_a_hundred_and_none_is_a_whole_percentage_off(weights: list[float]) -> None:
    whole = math.fsum(weights)
    shares = [weight / whole for weight in weights]
    percents = whole_percents(shares)
    assert sum(percents) == 100
    assert all(abs(percent - 100 * share) < 1 + 1e-9 for percent, share in zip(percents, shares, strict=True))
