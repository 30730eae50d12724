"""The supervised confirmation, worked by hand and tried on simulated people."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import norm

from scoring.errors import ScoringError
from scoring.linking import link
from scoring.quality.confirmation import Link, Population, confirm


def test_without_a_population_it_is_the_plain_difference_over_sed():
    found = confirm(10.0, 7.0, 1.0, 1.0, Link())
    assert found.z == pytest.approx(3 / np.sqrt(2))
    assert found.z == found.plain_z
    assert found.p == pytest.approx(norm.sf(3 / np.sqrt(2)))
    assert found.significant
    assert not found.regressed


def test_regression_to_the_mean_worked_by_hand():
    # r = 1 - 1/4 = .75; expected 5 + .75 * 4 = 8; variance .75 * 1 + (2 * .5)^2 + .25 = 2; B linked 1 + 2 * 3 = 7.
    found = confirm(9.0, 3.0, 1.0, 0.5, Link(2.0, 1.0, 0.5), Population(5.0, 2.0))
    assert (found.linked_b, found.expected_b, found.drop) == (7.0, 8.0, 1.0)
    assert found.z == pytest.approx(1 / np.sqrt(2))
    assert not found.significant
    assert "in keeping" in found.sentence


def scores(n, seed, assisted=0.0):
    rng = np.random.default_rng(seed)
    true = rng.standard_normal(n)
    a = true + 0.6 * rng.standard_normal(n) + assisted
    return a, true + 0.6 * rng.standard_normal(n)


def rejected(a, b, population):
    return np.mean([confirm(x, y, 0.6, 0.6, Link(), population).significant for x, y in zip(a, b, strict=True)])


def test_honest_people_picked_for_a_high_score_are_confirmed():
    a, b = scores(40_000, 1)
    top = a > np.quantile(a, 0.9)
    population = Population(float(a.mean()), float(a.std()))
    assert rejected(a[top], b[top], population) == pytest.approx(0.05, abs=0.012)
    assert rejected(a[top], b[top], None) > 0.07


def test_a_large_lift_is_found_more_often_than_chance():
    a, b = scores(2000, 2, assisted=3.0)
    assert rejected(a, b, Population(0.0, float(np.hypot(1.0, 0.6)))) > 0.6


def test_it_is_plain_json_with_words():
    plain = json.loads(json.dumps(confirm(10.0, 1.0, 1.0, 1.0, Link()).to_plain()))
    assert plain["sentence"]["values"]["p"] == "p < 0.001"


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((float("nan"), 1.0, 1.0, 1.0, Link()), "finite"),
        ((1.0, 1.0, 0.0, 1.0, Link()), "above 0"),
        ((1.0, 1.0, 1.0, 1.0, Link(slope=-1.0)), "above 0"),
        ((1.0, 1.0, 1.0, 1.0, Link(), Population(0.0, 0.9)), "spread more than their own error"),
        ((1.0, 1.0, 1.0, 1.0, Link(), None, 1.5), "between 0 and 1"),
    ],
)
def test_what_cannot_be_compared(arguments, match):
    with pytest.raises(ScoringError, match=match):
        confirm(*arguments)


def test_the_link_of_two_forms_is_taken_at_the_score():
    a, b = scores(400, 5)
    linking = link(a.tolist(), (10 + 2 * b).tolist())
    middle, far = Link.at(linking, 10.0), Link.at(linking, 17.0)
    assert middle.slope == linking.slope == pytest.approx(0.5, abs=0.05)
    assert far.error > middle.error > 0
    assert confirm(1.0, 12.0, 0.6, 1.2, middle).linked_b == pytest.approx(float(linking.apply(12.0)))
