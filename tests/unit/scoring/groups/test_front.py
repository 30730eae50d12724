"""The front of validity and group differences: held out, group-blind, and only a report."""

from __future__ import annotations

import json

import numpy as np
import pytest

from scoring.errors import ScoringError
from scoring.groups.front import front, spread_of_points
from scoring.groups.group_blind import GroupBlindLearner
from scoring.ridge import ridge_path

COLUMNS = 20


def people(seed, n=900, gap=0.8):
    """Answers of which the first three columns differ between groups; all predict the criterion a little."""
    rng = np.random.default_rng(seed)
    focal = rng.random(n) < 0.35
    X = rng.normal(size=(n, COLUMNS))
    X[:, :3] -= gap * focal[:, None]
    return X, 0.2 * X.sum(axis=1) + rng.normal(size=n), np.where(focal, "f", "r")


def learner(seed=0, **given):
    X, y, group = people(seed, **given)
    return GroupBlindLearner(X, (group == "f").astype(int), np.ones(len(y))), X, y, group


def test_the_start_is_ridge():
    learned, X, y, _ = learner()
    path = ridge_path(X, y[:, None], np.ones(len(y)), np.array([0.3]))
    assert learned.family(y, 0.3).start == pytest.approx(path.coefficients[0, 0])


def test_a_whole_correction_makes_training_means_equal():
    learned, X, y, group = learner()
    for penalty in (0.3, 30.0):
        scores = learned.family(y, 0.3, penalty).scores(X, [0.0, 0.5, 1.0])
        gaps = scores[:, group == "f"].mean(axis=1) - scores[:, group == "r"].mean(axis=1)
        assert gaps[0] < -0.2
        assert gaps[1] == pytest.approx(gaps[0] / 2)
        assert gaps[2] == pytest.approx(0.0, abs=1e-9)


def test_the_correction_costs_least():
    """The constrained ridge solution: no other weights with equal means fit better by its own measure."""
    learned, X, y, group = learner()
    weights = learned.family(y, 0.3).weights(1.0)
    centred, target = X - X.mean(axis=0), y - y.mean()
    gap = X[group == "f"].mean(axis=0) - X[group == "r"].mean(axis=0)

    def loss(w):
        return np.mean((target - centred @ w) ** 2) + 0.3 * np.sum((w * X.std(axis=0)) ** 2)

    rng = np.random.default_rng(1)
    for _ in range(20):
        step = rng.normal(size=COLUMNS)
        step -= gap * (gap @ step) / (gap @ gap)
        assert loss(weights + 0.01 * step) > loss(weights)


def test_several_groups_are_brought_together():
    rng = np.random.default_rng(2)
    X, y, _ = people(2)
    codes = rng.integers(-1, 3, len(y))
    X[:, 5] += 0.7 * (codes == 2)
    scores = GroupBlindLearner(X, codes, np.ones(len(y))).family(y, 0.1).scores(X, [1.0])[0]
    means = [scores[codes == k].mean() for k in range(3)]
    assert np.ptp(means) < 1e-9


@pytest.fixture(scope="module")
def points():
    X, y, group = people(3)
    return front(X, y, group, weights=(0.0, 0.5, 1.0), differing=lambda rows: np.arange(COLUMNS) < 3, repeats=2)


def test_the_front_trades_validity_for_smaller_differences(points):
    line = points[:3]
    assert [point.weight for point in line] == [0.0, 0.5, 1.0]
    gaps = [point.groups[0].difference for point in line]
    ratios = [point.impact_ratio for point in line]
    assert gaps == sorted(gaps)
    assert ratios == sorted(ratios)
    assert ratios[0] < 0.75
    assert abs(gaps[2]) < 0.15
    assert line[0].r > line[2].r > 0.3
    assert all(point.r_low < point.r < point.r_high for point in line)
    assert all(each.difference_low < each.difference < each.difference_high for p in line for each in p.groups)


def test_columns_that_differ_can_be_left_out(points):
    removed = points[3]
    assert (removed.kind, removed.columns_removed) == ("without_differing", 3)
    assert abs(removed.groups[0].difference) < 0.15
    assert removed.r < points[0].r


def test_points_are_plain_and_said(points):
    assert json.dumps([point.to_plain() for point in points], allow_nan=False)
    first, last = spread_of_points(points)
    assert first.startswith("At weight 0:")
    assert last.startswith("At weight 1:")


def test_labels_of_chance_leave_chance():
    X, _, group = people(4)
    y = np.random.default_rng(4).normal(size=len(X))
    found = front(X, y, group, weights=(0.0, 1.0), repeats=2, resamples=100)
    assert all(abs(point.r) < 0.08 for point in found)


def test_held_out_groups_do_not_move_scores():
    """Group labels of people outside the training part change nothing but the figures about groups."""
    X, y, group = people(5, n=300)
    train = np.arange(300) < 200
    kept = np.where(train, (group == "f").astype(int), -1)
    first = GroupBlindLearner(X[train], kept[train], np.ones(200)).family(y[train], 1.0)
    assert first.scores(X[~train], [1.0])[0] == pytest.approx(X[~train] @ first.weights(1.0))
    with_unknown = GroupBlindLearner(X, kept, train.astype(float)).family(y, 1.0)
    assert with_unknown.weights(1.0) == pytest.approx(first.weights(1.0))


def test_units_and_weights_and_small_groups():
    X, y, group = people(6, n=400)
    group = group.astype(object)
    group[:10] = "x"
    group[10] = None
    units = [f"u{row // 20}" for row in range(400)]
    found = front(X, y, group, weights=(0.5,), units=units, sample_weight=np.ones(400), repeats=1, resamples=50)
    assert [each.group for each in found[0].groups] == ["f"]
    assert found[0].groups[0].reference == "r"


def test_people_who_tie_share_the_places():
    X, y, group = people(7, n=200)
    found = front(np.zeros_like(X), y, group, weights=(0.0,), repeats=1, resamples=50)
    assert found[0].groups[0].impact_ratio == pytest.approx(1.0)
    assert found[0].r == 0.0


@pytest.mark.parametrize(
    ("rows", "change", "told"),
    [
        (80, {}, "needs 100 people"),
        (200, {"group": ["f"] * 20 + ["r"] * 180}, "needs 100 people"),
        (200, {"group": ["r"] * 200}, "Only one group"),
        (200, {"y": np.full(200, np.nan)}, "person 1 is missing"),
        (200, {"group": ["f", "r"]}, "2 group labels"),
        (200, {"reference": "z"}, "no group"),
    ],
)
def test_bad_input_is_refused(rows, change, told):
    X, y, group = people(8, n=rows)
    with pytest.raises(ScoringError, match=told):
        front(**({"X": X, "y": y, "group": group, "repeats": 1, "resamples": 20} | change))
