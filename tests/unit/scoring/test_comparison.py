"""Who truly exceeds whom, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.comparison import Measurement, probability_exceeds, rating_errors
from scoring.stack import KeyAnchoredStack


def test_by_hand():
    """SD 10, reliability .75: SEM 5, SED 7.07; a gap of 8.165 is sqrt(.75) * 8.165 / 7.07 = 1 standard error."""
    measurement = Measurement(mean=50.0, spread=10.0, reliability=0.75)
    assert measurement.error == pytest.approx(5.0)
    assert measurement.error_of_difference == pytest.approx(7.0711, abs=1e-4)
    assert measurement.exceeds(58.165, 50.0) == pytest.approx(0.8413, abs=1e-4)
    assert measurement.exceeds(50.0, 58.165) == pytest.approx(1 - 0.8413, abs=1e-4)
    expected, width = measurement.true_scores([60.0, 50.0])
    assert expected == pytest.approx([57.5, 50.0])
    assert width == pytest.approx(10 * np.sqrt(0.75 * 0.25))


def test_equal_scores_are_even_odds_and_many_are_compared_at_once():
    p = probability_exceeds(np.array([1.0, 2.0, 3.0])[:, None], np.array([1.0, 2.0, 3.0]), 0.5, 0.8)
    assert np.diag(p) == pytest.approx(0.5)
    assert p + p.T == pytest.approx(np.ones((3, 3)))


def test_without_error_the_higher_score_is_higher():
    assert probability_exceeds([1.0, 2.0, 2.0], [2.0, 1.0, 2.0], 0.0).tolist() == [0.0, 1.0, 0.5]


@pytest.mark.parametrize(("sed", "reliability"), [(-1.0, 0.5), (1.0, 1.2), (float("nan"), 0.5)])
def test_what_describes_no_score_is_refused(sed, reliability):
    with pytest.raises(ValueError, match="describe no score"):
        probability_exceeds(1.0, 2.0, sed, reliability)


@pytest.mark.parametrize("loading", [0.3, 0.6])
def test_the_stated_probability_comes_true(loading):
    """Twenty parallel items: of pairs that are said to be 70:30, 70 % are."""
    rng = np.random.default_rng(21)
    true = rng.normal(size=4000)
    items = loading * true[:, None] + rng.normal(size=(4000, 20))
    measurement = Measurement.of(items)
    assert measurement is not None
    scores = items.sum(axis=1)
    one, other = rng.permutation(4000), rng.permutation(4000)
    p = measurement.exceeds(scores[one], scores[other])
    truth = true[one] > true[other]
    for low, high in ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0)):
        inside = (p > low) & (p <= high)
        assert truth[inside].mean() == pytest.approx(p[inside].mean(), abs=0.05)
    plain = probability_exceeds(scores[one], scores[other], measurement.error_of_difference)
    assert np.mean((p - truth) ** 2) < np.mean((plain - truth) ** 2)


def test_one_item_says_nothing_of_its_own_error():
    assert Measurement.of(np.random.default_rng(0).normal(size=(50, 1))) is None


def test_the_error_of_an_expected_rating_is_how_far_it_moves_with_other_staff():
    """The same forty new people are predicted by models of sixty different companies."""
    rng = np.random.default_rng(22)
    slopes = np.r_[0.3, rng.normal(size=20) * 0.15]
    new = rng.normal(size=(40, 21))
    said, errors = [], []
    for _ in range(60):
        X = rng.normal(size=(300, 21))
        model = KeyAnchoredStack(key_column=0).fit(X, 3 + X @ slopes + rng.normal(size=300))
        said.append(model.predict(new))
        found = rating_errors(model, new)
        assert found is not None
        errors.append(found)
    moved = np.sqrt(np.mean(np.var(said, axis=0, ddof=1)))
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(moved, rel=0.2)


def test_the_folds_agree_with_the_out_of_fold_predictions():
    rng = np.random.default_rng(23)
    X = rng.normal(size=(120, 5))
    model = KeyAnchoredStack(key_column=0).fit(X, X[:, 0] + X[:, 1] + rng.normal(size=120))
    said = X @ model.fold_coef_.T + model.fold_intercept_
    assert np.isclose(said, model.out_of_fold_[:, None]).any(axis=1).all()


def test_an_estimator_of_an_earlier_release_has_no_folds():
    model = KeyAnchoredStack()
    assert rating_errors(model, np.zeros((2, 3))) is None
