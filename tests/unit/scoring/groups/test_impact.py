"""Impact ratios, their intervals and the exact test, against worked examples and scipy."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from scoring.errors import ScoringError
from scoring.groups.exact import mid_p
from scoring.groups.impact import BELOW, NOT_BELOW, impact, log_interval


def people(**groups):
    """Decisions and labels from selected and all people per group."""
    selected, labels = [], []
    for name, (hits, n) in groups.items():
        selected += [1] * hits + [0] * (n - hits)
        labels += [name] * n
    return np.array(selected), labels


def test_rates_and_ratio_by_hand():
    found = impact(*people(men=(60, 100), women=(42, 100)))
    men, women = found.against_highest
    assert (men.rate, men.ratio, men.finding) == (0.6, 1.0, NOT_BELOW)
    assert women.ratio == pytest.approx(0.7)
    assert women.finding == BELOW
    # sqrt(1/42 - 1/100 + 1/60 - 1/100) = .14308; 0.7 exp(-+ 1.95996 * .14308)
    assert (women.log_low, women.log_high) == pytest.approx((0.52881, 0.92662), abs=2e-5)
    assert women.interval_holds_line
    assert women.compared_with == "men"


def test_the_bootstrap_agrees_with_the_logarithm_in_large_groups():
    women = impact(*people(men=(600, 1000), women=(420, 1000)), resamples=4000).against_highest[1]
    assert women.bootstrap_low == pytest.approx(women.log_low, abs=0.01)
    assert women.bootstrap_high == pytest.approx(women.log_high, abs=0.01)
    assert not women.interval_holds_line


def test_the_log_interval_covers():
    rng = np.random.default_rng(1)
    a, b = rng.binomial(80, 0.4, 4000), rng.binomial(120, 0.5, 4000)
    low, high = log_interval(a, 80, b, 120)
    assert np.mean((low <= 0.8) & (high >= 0.8)) == pytest.approx(0.95, abs=0.012)


def test_mid_p_by_hand():
    # Tea tasting, 3 of 4 right: tables 1, 16, 36, 16, 1 of 70; (1 + 16 + 16 + 1) / 70 - 16 / 140.
    assert mid_p(3, 4, 1, 4)[0] == pytest.approx(34 / 70 - 8 / 70)
    # 4 of 4: (1 + 1) / 70 - 1 / 140.
    assert mid_p(4, 4, 0, 4)[0] == pytest.approx(1.5 / 70)


def test_mid_p_is_scipys_exact_p_less_half_the_observed_table():
    rng = np.random.default_rng(2)
    n_a, n_b = rng.integers(1, 60, 80), rng.integers(1, 60, 80)
    a, b = rng.binomial(n_a, 0.4), rng.binomial(n_b, 0.5)
    ours = mid_p(a, n_a, b, n_b)
    for each in range(80):
        exact = stats.fisher_exact([[a[each], n_a[each] - a[each]], [b[each], n_b[each] - b[each]]])[1]
        own = stats.hypergeom.pmf(a[each], n_a[each] + n_b[each], n_a[each], a[each] + b[each])
        assert ours[each] == pytest.approx(exact - own / 2, abs=1e-9)


def test_small_groups_cannot_tell_and_are_no_measure_for_others():
    found = impact(*people(few=(29, 29), many=(50, 100), others=(45, 100)))
    few, many, others = found.against_highest
    assert few.finding == "cannot_tell"
    assert few.rate == 1.0
    assert many.compared_with == "many"
    assert others.ratio == pytest.approx(0.9)
    assert "few" in found.notes[0]


def test_a_named_group_is_compared_with():
    found = impact(*people(men=(60, 100), women=(42, 100)), named="women")
    assert found.against_named[0].ratio == pytest.approx(60 / 42)
    assert found.against_named[0].finding == NOT_BELOW


@pytest.mark.parametrize("share", [0, 50])
def test_nobody_or_everybody_selected(share):
    found = impact(*people(a=(share, 50), b=(share, 50))).against_highest
    assert found[1].finding == ("cannot_tell" if share == 0 else NOT_BELOW)
    assert found[1].mid_p == pytest.approx(0.5)
    assert json.dumps(impact(*people(a=(share, 50), b=(0, 50))).to_plain(), allow_nan=False)


def test_the_unknown_are_counted_and_in_no_rate():
    selected, labels = people(a=(20, 40), b=(30, 40))
    labels[0] = None
    labels[1] = ""
    found = impact(selected, labels)
    assert found.unknown == 2
    assert found.against_highest[0].n == 38


@pytest.mark.parametrize(
    ("selected", "labels", "told"),
    [
        ([1, 0], ["a", "b", "b"], "3 group labels for 2 people"),
        ([1, 0], ["a", "a"], "Only one group"),
        ([1, 0], ["a", None], "Only one group"),
        ([1, np.nan], ["a", "b"], "person 2 is missing"),
        ([1, 2], ["a", "b"], "person 2 is neither 0 nor 1"),
        ([1, 0], np.array([1.0, np.nan]), "person 2"),
        ([], [], "no values"),
        ([1, 0], [], "Nobody's group"),
        ([[1, 0]], ["a"], "shape 1 x 2"),
    ],
)
def test_bad_input_is_refused(selected, labels, told):
    with pytest.raises(ScoringError) as refused:
        impact(selected, labels)
    assert told in " ".join(refused.value.sentences)
    assert len(refused.value.sentences) == 2


def test_a_group_that_is_not_there():
    with pytest.raises(ScoringError, match="no group"):
        impact(*people(a=(1, 2), b=(1, 2)), named="c")
