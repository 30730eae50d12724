"""Probabilities and intervals that keep their word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as sklearn_log_loss

from scoring.calibration import fit_gaussian, fit_sigmoid, logistic_line, threshold_for
from scoring.targets import Cut, top_labels
from scoring.validation import figures


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def test_gaussian_probabilities_and_intervals_hold(rng):
    predictions = rng.normal(3, 0.4, 4000)
    criteria = predictions + rng.normal(0, 0.8, 4000)
    new = rng.normal(3, 0.4, 4000)
    outcomes = new + rng.normal(0, 0.8, 4000)
    fitted = fit_gaussian(predictions, criteria)
    top = (outcomes > Cut.of(criteria).value).astype(float)
    ends = fitted.interval(new)
    assert figures.calibration_error(fitted.probability(new), top) < 0.03
    assert np.mean((ends[:, 0] <= outcomes) & (outcomes <= ends[:, 1])) == pytest.approx(0.9, abs=0.02)


def test_the_mean_probability_is_the_base_rate_even_with_coarse_ratings(rng):
    predictions = rng.normal(3, 0.3, 500)
    criteria = np.clip(np.rint(predictions + rng.normal(0, 0.8, 500)), 1, 5)
    assert fit_gaussian(predictions, criteria).probability(predictions).mean() == pytest.approx(1 / 3, abs=1e-6)


def test_few_people_get_a_wider_interval(rng):
    errors = rng.normal(size=2000)
    few, many = (fit_gaussian(np.zeros(n), errors[:n] / errors[:n].std()) for n in (8, 900))
    assert few.high > many.high > 1.6


def test_a_perfect_prediction_is_no_division_by_zero():
    exact = np.linspace(1, 5, 30)
    assert np.isfinite(fit_gaussian(exact, exact).probability(exact)).all()


def test_threshold_meets_the_share():
    predictions = np.linspace(0, 1, 101)
    cut = threshold_for(predictions, 1e-6, 0.2)
    assert (predictions > cut).mean() == pytest.approx(0.2, abs=0.01)


def test_sigmoid_agrees_with_logistic_regression(rng):
    x = rng.normal(2, 3, 400)
    labels = (rng.random(400) < 1 / (1 + np.exp(-(0.5 * x - 1)))).astype(float)
    theirs = LogisticRegression(C=np.inf, tol=1e-10).fit(x[:, None], labels)
    ours = fit_sigmoid(x, labels)
    assert ours.slope == pytest.approx(theirs.coef_[0, 0], rel=1e-4)
    assert ours.intercept == pytest.approx(theirs.intercept_[0], rel=1e-3)


def test_a_backward_model_says_the_base_rate(rng):
    x = rng.normal(size=300)
    fitted = fit_sigmoid(x, (x < -0.5).astype(float))
    assert fitted.slope == 0
    assert fitted.probability(x) == pytest.approx(np.full(300, (x < -0.5).mean()))


def test_separated_labels_end(rng):
    x = np.r_[np.zeros(20), np.ones(20)]
    intercept, slope = logistic_line(x, x)
    assert np.isfinite([intercept, slope]).all()
    assert slope > 5


@given(st.lists(st.integers(1, 5), min_size=3, max_size=60).filter(lambda values: len(set(values)) > 1))
def test_the_base_rate_is_exactly_a_third_whatever_ties(values):
    criteria = np.array(values, dtype=float)
    assert Cut.of(criteria).labels(criteria).mean() == pytest.approx(1 / 3)


def test_labels_of_others_use_the_training_cut():
    reference = np.array([1.0, 2, 3, 4, 5, 6] * 20)
    families = ["big"] * 60 + ["small"] * 6 + [None] * 54
    reference[:60] += 10
    labels = top_labels(np.array([12.0, 12.0, 15.5, np.nan]), ["small", "big", "big", None], reference, families, 50)
    assert labels[0] == pytest.approx(labels[0])
    assert labels[1] == 0
    assert labels[2] == 1
    assert np.isnan(labels[3])


def test_figures_agree_with_scikit_learn(rng):
    p = np.round(rng.random(200), 1)
    labels = (rng.random(200) < p).astype(float)
    assert figures.auc(p, labels) == pytest.approx(roc_auc_score(labels, p))
    assert figures.brier(p, labels) == pytest.approx(brier_score_loss(labels, p))
    clipped = np.clip(p, 1e-6, 1 - 1e-6)
    assert figures.log_loss(p, labels) == pytest.approx(sklearn_log_loss(labels, clipped))


def test_calibration_line_of_the_truth_is_nought_and_one(rng):
    p = rng.uniform(0.05, 0.95, 20000)
    labels = (rng.random(20000) < p).astype(float)
    intercept, slope = figures.calibration_line(p, labels)
    assert intercept == pytest.approx(0, abs=0.05)
    assert slope == pytest.approx(1, abs=0.05)


def test_the_calibration_error_is_debiased(rng):
    honest = [
        figures.calibration_error(p, (rng.random(300) < p).astype(float)) for p in rng.uniform(0.1, 0.6, (40, 300))
    ]
    p = rng.uniform(0.1, 0.6, 3000)
    wrong = figures.calibration_error(p, (rng.random(3000) < p + 0.2).astype(float))
    assert np.mean(honest) < 0.045
    assert wrong == pytest.approx(0.2, abs=0.03)


def test_tables_count_people_once(rng):
    p = rng.random(200)
    labels = (rng.random(200) < p).astype(float)
    diagram = figures.reliability_diagram(p, labels, 100)
    assert abs(sum(row["n"] for row in diagram) - 100) <= len(diagram)
    assert all(row["low"] <= row["observed"] <= row["high"] for row in diagram)
    bands = figures.expectancy_table(p, p, labels, 100)
    assert [row["n"] for row in bands] == [25] * 4
    assert bands[0]["predicted"] > bands[3]["predicted"]


def test_wilson_stays_inside_nought_and_one():
    assert figures.wilson(0.0, 10)[0] == 0
    assert figures.wilson(1.0, 10)[1] == 1
    low, high = figures.wilson(0.5, 100)
    assert low == pytest.approx(0.419, abs=0.002)
    assert high == pytest.approx(0.581, abs=0.002)
