"""Option probabilities, the standardised log-likelihood and the surplus of agreement, worked by hand."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from scoring.quality.option_model import (
    INTERCEPT_SPREAD,
    SLOPE_SPREAD,
    OptionModel,
    fit_options,
    trait_estimates,
)
from scoring.quality.person_fit import person_fit
from scoring.quality.variables import MISSING, Variable


def flat_model(*chances):
    """A model in which probabilities do not depend on the trait."""
    variables = tuple(Variable(f"q{i}", "choice", len(p), keyed=(0,)) for i, p in enumerate(chances))
    logs = tuple(np.log(p) for p in chances)
    return OptionModel(variables, logs, tuple(np.zeros(len(p)) for p in chances))


def test_fit_worked_by_hand():
    # Two choices of (.8, .2). log .8 = -.22314, log .2 = -1.60944.
    # E = 2 (.8 * -.22314 + .2 * -1.60944) = -1.00080; Var = 2 * .8 * .2 * (log 4)^2 = .61497.
    model = flat_model([0.8, 0.2], [0.8, 0.2])
    fit = person_fit(model, np.array([[0, 0], [0, 1], [1, 1]])).fit
    mean, spread = 2 * (0.8 * log(0.8) + 0.2 * log(0.2)), sqrt(2 * 0.16) * log(4)
    expected = [(k * log(0.8) + (2 - k) * log(0.2) - mean) / spread for k in (2, 1, 0)]
    assert fit == pytest.approx(expected, abs=1e-9)
    assert fit[0] == pytest.approx(0.70711, abs=1e-5)


def test_surplus_worked_by_hand():
    model = flat_model([0.8, 0.2], [0.5, 0.5])
    surplus = person_fit(model, np.array([[0, 0], [1, 1]])).surplus
    assert surplus == pytest.approx([(2 - 1.3) / sqrt(0.41), (0 - 1.3) / sqrt(0.41)], abs=1e-9)


def test_missing_choices_count_for_nothing():
    model = flat_model([0.8, 0.2], [0.5, 0.5])
    fit = person_fit(model, np.array([[0, MISSING], [MISSING, MISSING]]))
    assert fit.fit[0] == pytest.approx((log(0.8) - 0.8 * log(0.8) - 0.2 * log(0.2)) / (0.4 * log(4)), abs=1e-9)
    assert fit.agreement[0] == 1.0
    assert np.isnan([fit.fit[1], fit.agreement[1], fit.surplus[1], fit.trait[1]]).all()


def test_an_excluded_option_has_no_probability():
    variables = (Variable("q", "best", 3), Variable("q", "worst", 3, excludes=0))
    model = OptionModel(variables, (np.zeros(3), np.zeros(3)), (np.zeros(3), np.zeros(3)))
    p = model.probabilities(1, np.zeros(2), np.array([1, MISSING]))
    assert p == pytest.approx(np.array([[0.5, 0.0, 0.5], [1 / 3, 1 / 3, 1 / 3]]))


def simulated(n, seed, strength=1.0):
    rng = np.random.default_rng(seed)
    traits = rng.standard_normal(n)
    slopes = strength * np.array([1.0, 0.0, -1.0])
    logits = np.array([0.5, 0.0, -0.5]) + np.outer(traits, slopes)
    codes = np.column_stack([np.argmax(logits + rng.gumbel(size=(n, 3)), axis=1) for _ in range(12)])
    return traits, codes, tuple(Variable(f"q{i}", "choice", 3) for i in range(12))


def test_fitting_finds_the_probabilities_again():
    traits, codes, variables = simulated(4000, 1)
    model = fit_options(variables, codes, np.tile(traits[:, None], 12))
    slopes = np.mean([s - s.mean() for s in model.slopes], axis=0)
    assert slopes == pytest.approx([1.0, 0.0, -1.0], abs=0.06)
    found = model.probabilities(0, np.array([0.0]), None)[0]
    assert found == pytest.approx(np.exp([0.5, 0, -0.5]) / np.exp([0.5, 0, -0.5]).sum(), abs=0.03)


def test_trait_estimates_follow_the_trait_and_are_shrunken():
    traits, codes, variables = simulated(2000, 2)
    model = fit_options(variables, codes, np.tile(traits[:, None], 12))
    estimates = trait_estimates(model, codes)
    assert np.corrcoef(estimates, traits)[0, 1] > 0.8
    assert estimates.std() < traits.std()


def fit_of_new_people(strength):
    traits, codes, variables = simulated(3000, 3, strength)
    model = fit_options(variables, codes[:1500], np.tile(traits[:1500, None], 12))
    return person_fit(model, codes[1500:]).fit


def test_fit_is_standard_normal_where_the_trait_moves_no_choice():
    fit = fit_of_new_people(0.0)
    assert fit.mean() == pytest.approx(0.0, abs=0.08)
    assert fit.std() == pytest.approx(1.0, abs=0.06)


def test_fit_spreads_less_where_the_trait_is_estimated_from_what_it_explains():
    """Why limits come from staff and not from the normal table."""
    assert fit_of_new_people(1.0).std() < 0.6


def test_a_rare_option_stays_possible_in_a_small_sample():
    variables = (Variable("q", "choice", 4),)
    model = fit_options(variables, np.zeros((30, 1), dtype=int), np.zeros((30, 1)))
    p = model.probabilities(0, np.zeros(1), None)[0]
    assert p[0] > 0.8
    assert p[1:].min() > 0.005


def test_fitting_climbs_to_the_top_even_from_rare_options():
    """Undamped, Newton's steps leave the hill where options are rare and the trait decides them."""
    rng = np.random.default_rng(0)
    traits = rng.standard_normal(1000)
    codes = np.where(traits > 3.0, 3, np.where(traits > 2.5, 2, np.where(traits < -2.8, 1, 0)))[:, None]
    model = fit_options((Variable("q", "choice", 7),), codes, traits[:, None])
    p = model.probabilities(0, traits, None)
    weights = np.column_stack([model.intercepts[0], model.slopes[0]])
    slope = (np.eye(7)[codes[:, 0]] - p).T @ np.column_stack([np.ones(1000), traits])
    assert slope - weights / np.array([INTERCEPT_SPREAD, SLOPE_SPREAD]) ** 2 == pytest.approx(0.0, abs=1e-3)
    assert p[np.argmin(np.abs(traits))][0] > 0.95
