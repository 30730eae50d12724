"""Linking of form B to form A: the line, its standard error, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from scoring.errors import ScoringError
from scoring.linking import FEWEST_TO_LINK, link

RELIABILITY = 0.7
TRUE_SLOPE, TRUE_INTERCEPT = 1.25, -0.4


def both_forms(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One trait, two equally reliable forms; form A's scale is a line of form B's."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=n)
    a, b = (np.sqrt(RELIABILITY) * trait + np.sqrt(1 - RELIABILITY) * rng.normal(size=n) for _ in range(2))
    return TRUE_INTERCEPT + TRUE_SLOPE * (2 + 0.5 * a), 2 + 0.5 * b


def test_the_line_gives_form_b_the_mean_and_spread_of_form_a():
    a, b = both_forms(300, 1)
    linked = link(a, b).apply(b)
    assert linked.mean() == pytest.approx(a.mean())
    assert linked.std() == pytest.approx(a.std())


def test_many_people_find_the_true_line():
    linking = link(*both_forms(20_000, 2))
    assert linking.slope == pytest.approx(TRUE_SLOPE, abs=0.03)
    assert linking.intercept == pytest.approx(TRUE_INTERCEPT, abs=0.06)
    assert linking.correlation == pytest.approx(RELIABILITY, abs=0.02)


@pytest.fixture(scope="module")
def links():
    return [link(*both_forms(150, seed)) for seed in range(100, 300)]


@pytest.mark.parametrize("place", [-2.0, 0.0, 1.0])
def test_both_standard_errors_are_the_spread_of_links_over_samples(links, place):
    """200 samples of 150 people: how far links differ from the true line is what the errors say."""
    x = 2 + 0.5 * place
    found = np.array([float(each.apply(x)) for each in links])
    truth = TRUE_INTERCEPT + TRUE_SLOPE * x
    spread = found.std()
    sampling = 4 * spread / np.sqrt(len(links))
    assert found.mean() == pytest.approx(truth, abs=sampling)
    assert np.mean([each.se(x) for each in links]) == pytest.approx(spread, rel=0.2)
    assert np.mean([each.bootstrap_se(x) for each in links]) == pytest.approx(spread, rel=0.2)
    inside = np.abs(found - truth) <= 1.96 * np.array([each.se(x) for each in links])
    assert 0.90 <= inside.mean() <= 0.99


def test_the_error_grows_away_from_the_middle_and_shrinks_with_people():
    few, many = link(*both_forms(150, 3)), link(*both_forms(15_000, 3))
    middle, far = few.mean_b, few.mean_b + 2 * few.sd_b
    assert few.se(middle) < few.se(far)
    assert few.bootstrap_se(middle) < few.bootstrap_se(far)
    assert many.se(middle) == pytest.approx(few.se(middle) / 10, rel=0.2)


def test_the_stated_error_at_the_fewest_people_is_right():
    """The figures that the module's text gives for 100 people and a correlation of .7."""
    linking = link(*both_forms(20_000, 4))
    for z, stated in ((0.0, 0.08), (2.0, 0.16)):
        error = linking.se(linking.mean_b + z * linking.sd_b) / linking.sd_a * np.sqrt(linking.n / FEWEST_TO_LINK)
        assert error == pytest.approx(stated, abs=0.005)


def test_skewed_scores_are_known_worse_than_the_normal_formula_says():
    rng = np.random.default_rng(5)
    trait = rng.exponential(size=400)
    linking = link(trait + 0.3 * rng.exponential(size=400), trait + 0.3 * rng.exponential(size=400))
    far = linking.mean_b + 2 * linking.sd_b
    assert linking.bootstrap_se(far) > linking.se(far)


def test_the_same_people_in_another_order_link_alike():
    a, b = both_forms(200, 6)
    order = np.random.default_rng(0).permutation(200)
    one, other = link(a, b), link(a[order], b[order])
    assert other.slope == pytest.approx(one.slope)
    assert other.intercept == pytest.approx(one.intercept)


def test_equal_scores_link_to_themselves_without_error():
    a, _ = both_forms(150, 7)
    linking = link(a, a)
    assert linking.slope == pytest.approx(1)
    assert linking.se(a.mean()) == pytest.approx(0, abs=1e-7)
    assert linking.bootstrap_se(a.mean()) == pytest.approx(0, abs=1e-7)


def test_the_statement_names_people_and_error():
    linking = link(*both_forms(150, 8))
    assert "150 people" in linking.statement()
    assert f"{linking.correlation:.2f}" in linking.statement()
    assert linking.statement().template


def test_a_link_can_be_kept():
    linking = link(*both_forms(150, 9))
    plain = json.loads(json.dumps(linking.to_plain(), allow_nan=False))
    assert plain["slope"] == linking.slope
    assert plain["draws"] == list(linking.draws)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (np.arange(99.0), np.arange(99.0), "99 people took both forms; a link needs at least 100"),
        (np.arange(150.0), np.arange(149.0), "150 scores of one form and 149 of the other"),
        (np.arange(150.0), np.ones(150), "alike"),
        (np.arange(150.0), -np.arange(150.0), "correlate -1.00 only"),
        (np.append(np.arange(149.0), np.nan), np.arange(150.0), "finite score"),
        (np.ones((150, 2)), np.arange(150.0), "one finite score"),
    ],
)
def test_what_links_nothing_is_refused(a, b, words):
    with pytest.raises(ScoringError, match=words):
        link(a, b)
