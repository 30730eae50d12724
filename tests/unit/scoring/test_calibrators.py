"""Calibrations beside the default: by hand, by their definitions, and what leaking does."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from scoring.calibration import fit_gaussian
from scoring.calibrators.comparing import ENOUGH, FITS, Case, calibrate, compare_calibrations
from scoring.calibrators.conformal import fit_cross_conformal
from scoring.calibrators.isotonic import fit_isotonic
from scoring.calibrators.venn_abers import fit_cross_venn_abers, fit_venn_abers
from scoring.ridge import ridge_path
from scoring.validation import figures


@pytest.fixture
def rng():
    return np.random.default_rng(31)


def test_a_staircase_by_hand():
    """1, 0, 1, 1: the first two violate order and are pooled; between steps the line is straight."""
    fitted = fit_isotonic(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0.0, 1.0, 1.0]))
    assert fitted.p == pytest.approx([0.5, 0.5, 1, 1])
    assert fitted.probability(np.array([0.0, 1.5, 2.5, 9.0])) == pytest.approx([0.5, 0.5, 0.75, 1.0])


def test_equal_predictions_are_one_step():
    fitted = fit_isotonic(np.array([2.0, 1.0, 2.0, 2.0]), np.array([1.0, 0.0, 0.0, 1.0]))
    assert fitted.x.tolist() == [1.0, 2.0]
    assert fitted.p == pytest.approx([0.0, 2 / 3])


def test_venn_abers_by_hand():
    """Calibrated on 0 at 1 and 1 at 3, a person at 2 makes 0, 1, 1 as top and 0, 0, 1 as not."""
    fitted = fit_venn_abers(np.array([1.0, 3.0]), np.array([0.0, 1.0]))
    low, high = fitted.bounds(np.array([2.0, 1.0, 3.0]))
    assert high == pytest.approx([1.0, 0.5, 1.0])
    assert low == pytest.approx([0.0, 0.0, 0.5])
    assert fitted.probability(np.array([1.0])) == pytest.approx([0.5 / 1.5])


@pytest.mark.parametrize("seed", range(25))
def test_venn_abers_by_its_definition(seed):
    """The staircase is fitted anew with each new person added as top, and as not."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 30))
    scores = rng.integers(0, rng.integers(2, 20), n).astype(float)
    labels = rng.random(n) if seed % 3 == 0 else (rng.random(n) < rng.random()).astype(float)
    new = np.arange(-1, 20, 0.5)
    for found, label in zip(fit_venn_abers(scores, labels).bounds(new), (0.0, 1.0), strict=True):
        wanted = [IsotonicRegression().fit(np.r_[scores, x], np.r_[labels, label]).predict([x])[0] for x in new]
        assert found == pytest.approx(wanted, abs=1e-9)


def test_cross_venn_abers_merges_by_geometric_means():
    scores, labels, folds = np.array([1.0, 3.0, 1.0, 3.0]), np.array([0.0, 1.0, 1.0, 1.0]), np.array([0, 0, 1, 1])
    members = [fit_venn_abers(scores[folds == k], labels[folds == k]) for k in (0, 1)]
    bounds = [member.bounds(np.array([1.0])) for member in members]
    high = np.sqrt(bounds[0][1] * bounds[1][1])
    rest = np.sqrt((1 - bounds[0][0]) * (1 - bounds[1][0]))
    merged = fit_cross_venn_abers(scores, labels, folds).probability(np.array([1.0]))
    assert merged == pytest.approx(high / (high + rest))


def test_venn_abers_is_calibrated_where_a_sigmoid_is_not(rng):
    """A step is no sigmoid: the probability jumps from .1 to .6 at once."""
    x, new = rng.normal(size=3000), rng.normal(size=3000)
    chance = lambda z: np.where(z > 0.3, 0.6, 0.1)  # noqa: E731
    labels = (rng.random(3000) < chance(x)).astype(float)
    errors = {
        name: np.sqrt(np.mean((FITS[name](x, labels, labels, np.arange(3000) % 5).probability(new) - chance(new)) ** 2))
        for name in ("sigmoid", "isotonic", "venn_abers", "cross_venn_abers")
    }
    assert max(errors["isotonic"], errors["venn_abers"], errors["cross_venn_abers"]) < 0.6 * errors["sigmoid"]


def test_cv_plus_by_hand():
    """Nineteen residuals 1..19 in one fold: the 18th of them is where 90 % of twenty end."""
    fitted = fit_cross_conformal(np.zeros(19), np.arange(1.0, 20.0), np.zeros(19, dtype=int))
    assert fitted.interval(np.array([[100.0]])).tolist() == [[100 - 18.0, 100 + 18.0]]
    assert np.isinf(
        fit_cross_conformal(np.zeros(5), np.ones(5), np.zeros(5, dtype=int)).interval(np.zeros((1, 1)))
    ).all()


def test_cv_plus_covers_whatever_the_residuals_look_like(rng):
    slopes = rng.normal(size=10) * 0.2
    X, new = rng.normal(size=(300, 10)), rng.normal(size=(2000, 10))
    noise = lambda n: rng.exponential(size=n) - 1.0  # noqa: E731
    y, outcomes = X @ slopes + noise(300), new @ slopes + noise(2000)
    folds = np.arange(300) % 10
    paths = [ridge_path(X[folds != k], y[folds != k, None], np.ones(270), np.array([0.01])) for k in range(10)]
    said = np.array([path.predict(X)[0, 0] for path in paths])[folds, np.arange(300)]
    fitted = fit_cross_conformal(said, y, folds)
    ends = fitted.interval(np.column_stack([path.predict(new)[0, 0] for path in paths]))
    assert np.mean((ends[:, 0] <= outcomes) & (outcomes <= ends[:, 1])) == pytest.approx(0.9, abs=0.03)


def leaky_and_honest(rng, n=200):
    """Predictions of the people a flexible ridge has seen, out-of-fold ones, and those of new people."""
    slopes = np.r_[rng.normal(size=5) * 0.3, np.zeros(95)]
    X, new = rng.normal(size=(n, 100)), rng.normal(size=(3000, 100))
    y, outcomes = X @ slopes + rng.normal(size=n), new @ slopes + rng.normal(size=3000)
    folds, penalty = np.arange(n) % 10, np.array([0.05])
    whole = ridge_path(X, y[:, None], np.ones(n), penalty)
    held_out = np.zeros(n)
    for k in range(10):
        rest = folds != k
        held_out[~rest] = ridge_path(X[rest], y[rest, None], np.ones(rest.sum()), penalty).predict(X[~rest])[0, 0]
    return whole.predict(X)[0, 0], held_out, y, folds, whole.predict(new)[0, 0], outcomes


@pytest.mark.parametrize("name", list(FITS))
def test_calibrated_on_training_predictions_it_promises_far_too_much(rng, name):
    leaked, honest = [], []
    for _ in range(5):
        seen, held_out, y, folds, new, outcomes = leaky_and_honest(rng)
        top = (outcomes > np.quantile(y, 2 / 3)).astype(float)
        for predictions, found in ((seen, leaked), (held_out, honest)):
            p = calibrate(name, predictions, y, folds).probability(new)
            found.append(figures.calibration_error(p, top))
    assert np.mean(leaked) > 1.8 * np.mean(honest)


def test_the_staircase_never_decides_a_rank(rng):
    """It ties people whose scores differ; probability and score never disagree on who comes first, though."""
    x = rng.normal(size=500)
    p = fit_isotonic(x, (rng.random(500) < 0.3 + 0.1 * (x > 0)).astype(float)).probability(np.sort(x))
    assert (np.diff(p) >= 0).all()
    assert len(np.unique(p)) < 400


def normal_case(rng, n):
    predictions = rng.normal(3, 0.4, n)
    return predictions, predictions + rng.normal(0, 0.8, n), np.arange(n) % 5


def compared(predictions, criteria, folds, binary=False):
    """Compare on cases whose predictions know nothing of anybody's criterion, so that any split of them is nested."""
    cases = []
    for fold in np.unique(folds):
        new = folds == fold
        inner = np.arange((~new).sum()) % 5
        cases.append(Case(predictions[~new], criteria[~new], inner, predictions[new], criteria[new]))
    return compare_calibrations(cases, binary=binary)


def test_below_a_thousand_the_default_stands(rng):
    record = compared(*normal_case(rng, ENOUGH - 1))
    assert (record["chosen"], record["reason"]) == ("gaussian", "too_few")
    assert set(record["tried"]) == set(FITS)
    assert record["tried"]["gaussian"]["gain"] == 0
    assert json.loads(json.dumps(record)) == record


def test_with_normal_errors_nothing_beats_the_default_by_much(rng):
    record = compared(*normal_case(rng, 3000))
    assert record["tried"]["isotonic"]["gain"] < 0
    assert all(row["gain"] < 0.002 for row in record["tried"].values())


def test_where_the_default_is_wrong_another_one_is_chosen(rng):
    """Residuals that grow with the prediction: one spread for all is wrong."""
    predictions = rng.uniform(0, 1, 6000)
    criteria = predictions + rng.normal(size=6000) * np.where(predictions > 0.6, 3.0, 0.1)
    record = compared(predictions, criteria, np.arange(6000) % 5)
    assert record["reason"] == "better"
    assert record["chosen"] in {"isotonic", "venn_abers", "cross_venn_abers"}
    assert record["tried"][record["chosen"]]["gain"] > 0.01


def test_a_criterion_of_nought_and_one_starts_from_the_sigmoid(rng):
    x = rng.normal(size=1200)
    labels = (rng.random(1200) < 1 / (1 + np.exp(-x))).astype(float)
    record = compared(x, labels, np.arange(1200) % 5, binary=True)
    assert record["default"] == "sigmoid"
    assert record["n"] == 1200
    assert "gaussian" not in record["tried"]


def test_calibrate_gives_the_default_by_its_name(rng):
    predictions, criteria, folds = normal_case(rng, 200)
    ours = calibrate("gaussian", predictions, criteria, folds).probability(predictions)
    assert ours == pytest.approx(fit_gaussian(predictions, criteria).probability(predictions))
    with pytest.raises(KeyError):
        calibrate("magic", predictions, criteria, folds)


def test_of_a_single_fold_nothing_can_be_compared(rng):
    predictions, criteria, _ = normal_case(rng, 40)
    record = compared(predictions, criteria, np.zeros(40, dtype=int))
    assert record["reason"] == "too_few"
    assert record["tried"] == {}
