"""How much the key and ridge each count."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import dblquad

from scoring.blend import FREEDOM, KEY_SCALE, KEY_VALIDITY, RIDGE_SCALE, fit_blend, posterior_slopes

BOTH = np.array([True, True])


def drawn(rng, n, slopes, noise=1.0):
    members = rng.normal(size=(n, 2)) * [0.1, 3.0] + [0.5, 2.0]
    z = (members - [0.5, 2.0]) / [0.1, 3.0]
    return members, 3 + z @ slopes + noise * rng.normal(size=n)


def test_many_people_get_what_least_squares_says():
    members, y = drawn(np.random.default_rng(1), 20_000, [0.3, 0.4])
    blend = fit_blend(members, y, np.ones(len(y)))
    line = np.linalg.lstsq(np.column_stack([np.ones(len(y)), members]), y, rcond=None)[0]
    assert blend.weights == pytest.approx(line[1:], rel=0.02)
    assert blend.intercept == pytest.approx(line[0], rel=0.02)


def test_few_people_get_what_is_known_beforehand():
    """With five people and no correlation at all, the key's slope is near published validity."""
    slopes = posterior_slopes(np.eye(2), np.zeros(2), 5.0, BOTH)
    assert 0.1 < slopes[0] < 0.3
    assert 0 < slopes[1] < 0.15


@pytest.mark.parametrize(("n", "moments", "between"), [(60.0, (0.3, 0.2), 0.1), (400.0, (0.5, 0.45), 0.7)])
def test_the_grid_agrees_with_an_integral(n, moments, between):
    gram = np.array([[1, between], [between, 1]])

    def density(c, b, power_b=0, power_c=0):
        s = np.array([b, c])
        rss = 1 - 2 * s @ np.array(moments) + s @ gram @ s
        prior = (1 + ((b - KEY_VALIDITY) / KEY_SCALE) ** 2 / FREEDOM) * (1 + (c / RIDGE_SCALE) ** 2 / FREEDOM)
        return rss ** (-(n - 1) / 2) * prior ** (-(FREEDOM + 1) / 2) * b**power_b * c**power_c

    whole, b, c = (
        dblquad(density, 0, 1.2, 0, 1.2, args=powers, epsabs=0, epsrel=1e-6)[0] for powers in ((), (1, 0), (0, 1))
    )
    assert posterior_slopes(gram, np.array(moments), n, BOTH) == pytest.approx([b / whole, c / whole], abs=2e-3)


def test_evidence_outweighs_the_prior_and_does_not_stay_halfway():
    """Heavy tails: a key far better than published is believed, nearly, with 200 people."""
    slopes = posterior_slopes(np.eye(2), np.array([0.8, 0.0]), 200.0, BOTH)
    assert slopes[0] == pytest.approx(0.8, abs=0.02)


def test_weights_repeat_people():
    rng = np.random.default_rng(2)
    members, y = drawn(rng, 80, [0.3, 0.2])
    times = rng.integers(0, 4, 80)
    repeated = fit_blend(np.repeat(members, times, axis=0), np.repeat(y, times), np.ones(times.sum()))
    weighted = fit_blend(members, y, times.astype(float))
    assert weighted.weights == pytest.approx(repeated.weights, rel=1e-9)
    assert weighted.intercept == pytest.approx(repeated.intercept, rel=1e-9)


def test_a_member_that_does_not_vary_gets_nothing():
    members, y = drawn(np.random.default_rng(3), 100, [0.3, 0.2])
    members[:, 1] = 7.0
    weights = fit_blend(members, y, np.ones(100)).weights
    assert weights[1] == 0
    assert weights[0] > 0
    members[:, 0] = 1.0
    assert not fit_blend(members, y, np.ones(100)).weights.any()


def test_a_key_that_points_the_wrong_way_still_ranks_a_little():
    members, y = drawn(np.random.default_rng(4), 300, [-0.9, -0.5])
    weights = fit_blend(members, y, np.ones(300)).weights
    assert (weights > 0).all()
    assert weights[0] * 0.1 < 0.05


def test_twins_share_what_one_of_them_would_get():
    """Two members that say the same are no reason to fail or to count twice."""
    rng = np.random.default_rng(5)
    one = rng.normal(size=400)
    y = 0.5 * one + rng.normal(size=400)
    both = fit_blend(np.column_stack([one, one]), y, np.ones(400)).weights
    alone = fit_blend(np.column_stack([one, np.zeros(400)]), y, np.ones(400)).weights
    assert both.sum() == pytest.approx(alone.sum(), abs=0.02)


def test_equal_criteria_give_no_slope():
    members, _ = drawn(np.random.default_rng(6), 50, [0, 0])
    blend = fit_blend(members, np.full(50, 3.0), np.ones(50))
    assert blend.apply(members) == pytest.approx(np.full(50, 3.0), abs=1e-9)
