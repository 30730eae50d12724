"""Differential prediction: differences put in are found, and their absence is not taken for one."""

from __future__ import annotations

import json

import numpy as np
import pytest

from scoring.errors import ScoringError
from scoring.groups.least_squares import fit
from scoring.groups.prediction import differential_prediction


def people(seed, n=800, intercept=0.0, slope=0.0, spread=0.0):
    rng = np.random.default_rng(seed)
    focal = rng.random(n) < 0.4
    score = rng.normal(size=n) - 0.4 * focal
    noise = rng.normal(size=n) * (1 + spread * focal)
    return score, 3 + 0.5 * score + focal * (intercept + slope * score) + noise, np.where(focal, "f", "r")


def compare(*args, **given):
    return differential_prediction(*args, **({"reference": "r"} | given))[0]


def test_an_intercept_that_differs():
    found = compare(*people(1, intercept=-0.5))
    assert found.finding == "intercepts_differ"
    assert found.intercept.low < -0.5 < found.intercept.high
    assert found.error_focal.high < 0 < found.error_reference.low
    assert "same score" in found.note


def test_a_slope_that_differs():
    score, y, group = people(2, slope=-0.5)
    found = compare(score, y, group)
    assert found.finding == "slopes_differ"
    assert found.slope.low < -0.5 * score.std() < found.slope.high


def test_no_difference_is_found_in_about_one_of_twenty_and_the_intervals_cover():
    runs = [compare(*people(seed, n=200, spread=1.0)) for seed in range(300)]
    assert np.mean([run.p_any < 0.05 for run in runs]) == pytest.approx(0.05, abs=0.035)
    assert np.mean([run.intercept.low < 0 < run.intercept.high for run in runs]) == pytest.approx(0.95, abs=0.035)
    assert np.mean([run.slope.low < 0 < run.slope.high for run in runs]) == pytest.approx(0.95, abs=0.035)


def test_weights_of_whole_numbers_are_repeated_people_for_the_estimates():
    score, y, group = people(3, n=200, intercept=0.3)
    weights = np.random.default_rng(0).integers(1, 4, 200)
    weighted = compare(score, y, group, weights=weights)
    repeated = compare(*(np.repeat(each, weights) for each in (score, y, group)))
    assert weighted.intercept.value == pytest.approx(repeated.intercept.value)


def test_small_groups_cannot_tell():
    found = compare(*people(4, n=60, intercept=-3.0))
    assert (found.finding, found.n_focal < 30) == ("cannot_tell", True)
    assert json.loads(json.dumps(found.to_plain(), allow_nan=False))["slope"]["value"] is None


def test_a_group_in_which_everybody_scores_alike_cannot_tell():
    score, y, group = people(5)
    assert compare(np.where(group == "f", 1.0, score), y, group).finding == "cannot_tell"


def test_several_groups_against_the_largest():
    score, y, group = people(6)
    group = np.where(np.arange(800) % 5 == 0, "x", group).tolist()
    group[0] = None
    found = differential_prediction(score, y, group)
    assert [(each.focal, each.reference) for each in found] == [("f", "r"), ("x", "r")]


def test_hc3_by_hand():
    # A mean of n values: leverage 1/n, so HC3 is the sum of squares over (n - 1)^2.
    y = np.array([1.0, 2.0, 6.0, 7.0])
    found = fit(np.ones((4, 1)), y, np.ones(4))
    assert found.slopes[0] == pytest.approx(4.0)
    assert found.errors[0] == pytest.approx(np.sqrt(26) / 3)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"criterion": [1.0] * 80}, "same for everybody"),
        ({"scores": [1.0] * 80}, "same for everybody"),
        ({"criterion": [np.nan] + [1.0] * 79}, "person 1 is missing"),
        ({"criterion": [1.0] * 79}, "shape 79"),
        ({"group": ["a"] * 80}, "Only one group"),
        ({"weights": [-1.0] * 80}, "negative"),
        ({"weights": [0.0] * 80}, "zero"),
        ({"reference": "z"}, "no group"),
    ],
)
def test_bad_input_is_refused(change, told):
    given = {"scores": np.arange(80.0), "criterion": np.arange(80.0) ** 2, "group": ["a", "b"] * 40} | change
    with pytest.raises(ScoringError, match=told):
        differential_prediction(**given)
