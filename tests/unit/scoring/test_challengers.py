"""Challengers have to win on folds that nobody was fitted on."""

from __future__ import annotations

import json

import numpy as np
import pytest

from scoring.challengers.boosting import boosted_predictions
from scoring.challengers.choosing import choose
from scoring.stack import KeyAnchoredStack


@pytest.fixture
def rng():
    return np.random.default_rng(41)


def linear_case(rng, n):
    X = rng.normal(size=(n, 12))
    return X, 3 + 0.3 * X[:, 0] + X[:, 1:] @ (rng.normal(size=11) * 0.15) + rng.normal(size=n)


def test_boosting_is_not_tried_below_a_thousand(rng):
    record = choose(KeyAnchoredStack(key_column=0), *linear_case(rng, 300), repeats=1)
    assert set(record["tried"]) == {"stack"}
    assert record["chosen"] == "stack"
    assert record["linear"]
    assert json.loads(json.dumps(record)) == record


def test_where_everything_is_linear_boosting_does_not_win(rng):
    record = choose(KeyAnchoredStack(key_column=0), *linear_case(rng, 1000), repeats=1)
    assert record["chosen"] == "stack"
    assert not record["tried"]["boosting"]["wins"]
    assert record["tried"]["boosting"]["gain"] < 0
    assert record["tried"]["stack"]["gain"] == 0


def test_where_options_interact_boosting_wins_and_the_record_says_it_is_not_linear(rng):
    X = (rng.random((1200, 8)) < 0.5).astype(float)
    y = 3 + 2 * (X[:, 1] - 0.5) * (X[:, 2] - 0.5) + 0.2 * X[:, 0] + 0.5 * rng.normal(size=1200)
    record = choose(KeyAnchoredStack(key_column=0), X, y, repeats=1)
    assert record["tried"]["boosting"]["wins"]
    assert record["chosen"] in {"boosting", "stack_and_boosting"}
    assert not record["linear"]


def test_related_criteria_are_judged_beside_the_own_criterion_alone(rng):
    X = rng.normal(size=(400, 60))
    true = X @ rng.normal(size=60) * 0.12
    y = true + 2 * rng.normal(size=400)
    related = np.column_stack([true + 0.2 * rng.normal(size=400) for _ in range(3)])
    record = choose(KeyAnchoredStack(), X, y, auxiliary=related, repeats=1)
    assert set(record["tried"]) == {"stack", "own_criterion"}
    assert record["tried"]["own_criterion"]["gain"] < -0.02
    assert record["chosen"] == "stack"


def test_chance_wins_nothing(rng):
    """Of six companies of pure noise, a challenger is chosen in few; the estimator that was given stays unfitted."""
    estimator = KeyAnchoredStack(key_column=0)
    chosen = []
    for seed in range(6):
        X, y = rng.normal(size=(200, 6)), rng.normal(size=200)
        chosen.append(choose(estimator, X, y, repeats=1, seed=seed, boosting_from=200)["chosen"])
    assert chosen.count("stack") >= 4
    assert not hasattr(estimator, "coef_")


def test_the_same_seed_boosts_the_same(rng):
    X, y = linear_case(rng, 200)
    once, again = (boosted_predictions(X, y, np.ones(200), X[:20], seed=3) for _ in range(2))
    assert np.array_equal(once, again)
