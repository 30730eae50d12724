"""The domain classifier: its area, its interval, and its null."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from scoring.errors import ScoringError
from scoring.shift.domain import area_under_curve, area_variance, domain_shift


def people(n, seed, shift=0.0, columns=12):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, columns))
    X[:, 0] += shift
    return X


def test_area_agrees_with_scikit_learn_ties_and_all():
    rng = np.random.default_rng(0)
    scores, labels = rng.integers(5, size=(3, 60)).astype(float), rng.integers(2, size=(3, 60)).astype(float)
    expected = [roc_auc_score(y, s) for s, y in zip(scores, labels, strict=True)]
    assert area_under_curve(scores, labels) == pytest.approx(expected)


def test_area_variance_worked_by_hand():
    # Ones 2, 4; zeros 1, 3: placements of ones among zeros 1/2, 1; of zeros 0, 1/2. Each has variance 1/8, over 2.
    assert area_variance(np.array([2.0, 4.0, 1.0, 3.0]), np.array([1, 1, 0, 0])) == pytest.approx(0.125)


def test_the_null_holds_its_level():
    p = [domain_shift(people(40, 2 * s), people(40, 2 * s + 1), permutations=99, seed=s).p for s in range(150)]
    assert np.mean(np.array(p) <= 0.05) <= 0.10
    assert 0.4 < np.mean(p) < 0.6


def test_an_implanted_shift_is_found():
    found = domain_shift(people(200, 1), people(200, 2, shift=1.0), permutations=199)
    assert found.auc == pytest.approx(0.74, abs=0.06)
    assert found.low < found.auc < found.high
    assert found.p == 1 / 200


def test_a_large_group_is_sampled_and_the_same_seed_gives_the_same():
    staff, applicants = people(4500, 1), people(60, 2)
    one, two = (domain_shift(staff, applicants, permutations=9, seed=4) for _ in range(2))
    assert one == two
    assert one.staff == 4000


def test_constant_columns_do_no_harm():
    X = people(50, 1)
    X[:, 3:] = 1.0
    assert 0 <= domain_shift(X, X + 0.0, permutations=19).auc <= 1


@pytest.mark.parametrize(
    ("staff", "applicants", "match"),
    [
        (people(50, 1), people(50, 1)[:, :5], "Encode both with the same form"),
        (people(0, 1), people(50, 1), "0 staff to compare"),
        (people(50, 1), people(9, 1), "9 applicants to compare"),
        (people(50, 1), np.full((50, 12), np.nan), "Some applicants have values"),
    ],
)
def test_groups_that_cannot_be_compared(staff, applicants, match):
    with pytest.raises(ScoringError, match=match):
        domain_shift(staff, applicants)
