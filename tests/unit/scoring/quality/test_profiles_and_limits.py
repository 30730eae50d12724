"""Profiles over items, and limits with a stated rate."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.quality.limits import NO_LIMIT, Limit, limit_from
from scoring.quality.profiles import Profiles, even_odd, fit_profiles
from scoring.quality.reference import _consistent


def test_distance_worked_by_hand():
    profiles = Profiles(np.zeros(6), np.full(6, 2.0), np.eye(6))
    values = np.array([[2.0, 0, 0, 0, 0, 4.0]])
    assert profiles.distance(values) == pytest.approx([np.sqrt(1 + 4)])


def test_distance_with_a_gap_is_scaled_up_and_with_many_gaps_not_known():
    profiles = Profiles(np.zeros(8), np.ones(8), np.eye(8))
    values = np.ones((2, 8))
    values[0, 0] = np.nan
    values[1, :3] = np.nan
    distance = profiles.distance(values)
    assert distance[0] == pytest.approx(np.sqrt(8))
    assert np.isnan(distance[1])


def test_a_constant_item_adds_nothing():
    rng = np.random.default_rng(0)
    values = rng.standard_normal((80, 8))
    values[:, 3] = 0.7
    profiles = fit_profiles(values)
    odd = values[:1].copy()
    odd[0, 3] = 100.0
    assert profiles.distance(odd) == pytest.approx(profiles.distance(values[:1]))


def test_the_covariance_is_invertible_with_more_items_than_people():
    values = np.random.default_rng(0).standard_normal((10, 40))
    assert np.isfinite(fit_profiles(values).distance(values)).all()


def test_profiles_return_from_plain_values():
    values = np.random.default_rng(1).standard_normal((50, 7))
    values[:, 2] = 1.0
    profiles = fit_profiles(values)
    again = Profiles.from_plain(profiles.to_plain())
    assert again.distance(values) == pytest.approx(profiles.distance(values), abs=0)


def test_steady_and_unsteady_facets():
    facets = [name for name in "abcd" for _ in range(2)]
    steady = np.array([[1, 1, -1, -1, 2, 2, 0, 0.0]])
    unsteady = np.array([[1, -1, -1, 1, 2, -2, 0, 0.0]])
    assert even_odd(facets, np.vstack([steady, unsteady])) == pytest.approx([1.0, -1.0])


def test_three_facets_say_nothing_about_steadiness():
    assert np.isnan(even_odd(["a", "a", "b", "b", "c", "c"], np.ones((2, 6)))).all()


def test_unsteady_staff_set_no_limit():
    rng = np.random.default_rng(0)
    assert not _consistent(rng.uniform(-1, 1, 200) - 0.05)
    assert _consistent(rng.uniform(-1, 1, 200) + 0.3)


@pytest.mark.parametrize("people", [60, 200, 1000])
def test_limits_hold_their_rate_for_ordinary_people(people):
    rng = np.random.default_rng(people)
    limits = [limit_from(rng.standard_normal(people), "high") for _ in range(400)]
    crossed = np.mean([(rng.standard_normal(2000) > limit.high).mean() for limit in limits])
    assert 0.005 < crossed < 0.014


def test_two_sides_share_the_rate():
    rng = np.random.default_rng(9)
    limit = limit_from(rng.standard_normal(5000), "both")
    assert limit.low == pytest.approx(-2.58, abs=0.2)
    assert limit.high == pytest.approx(2.58, abs=0.2)


def test_some_careless_staff_move_a_limit_by_little():
    rng = np.random.default_rng(2)
    clean = rng.standard_normal(1000)
    spoiled = np.concatenate([clean, np.full(50, 8.0)])
    assert limit_from(spoiled, "high").high < 1.1 * limit_from(clean, "high").high
    assert np.quantile(spoiled, 0.99) == 8.0


def test_too_few_or_constant_values_set_no_limit():
    assert limit_from(np.arange(29.0), "high") == NO_LIMIT
    assert limit_from(np.ones(100), "both").basis == "none"


def test_nothing_is_flagged_without_a_value_or_a_limit():
    assert not Limit(0.0, 1.0, "staff").crossed(None)
    assert not Limit(0.0, 1.0, "staff").crossed(float("nan"))
    assert not NO_LIMIT.crossed(1e9)
    assert Limit(0.0, 1.0, "staff").crossed(-0.1)


def test_a_limit_says_how_many_staff_cross_it():
    values = np.concatenate([np.random.default_rng(2).standard_normal(1000), np.full(50, 8.0)])
    limit = limit_from(values, "high")
    assert limit.staff_share == np.mean(values > limit.high) > 0.045
