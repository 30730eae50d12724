"""Folds where the ratings fall into parts that nobody compares."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.folds import assign_folds, splits
from scoring.ratings import Rating
from scoring.targets import Cut, rating_components
from scoring.validation.learning_data import LearningData

PEOPLE = 60


def in_parts(size: int, seed: int, n: int = PEOPLE) -> list[Rating]:
    """The pessimistic world's ratings, but only within parts of ``size`` people, who rate each other."""
    rng = np.random.default_rng(seed)
    performance, severity = rng.normal(size=n), np.sqrt(0.15) * rng.normal(size=n)
    ratings = []
    for ratee in range(n):
        first = ratee // size * size
        others = [person for person in range(first, min(first + size, n)) if person != ratee]
        for rater in rng.choice(others, min(3 + rng.poisson(2), len(others)), replace=False):
            value = 3 + np.sqrt(0.52) * performance[ratee] + severity[rater] + np.sqrt(0.33) * rng.normal()
            ratings.append(Rating(f"p{ratee:03d}", f"p{rater:03d}", float(value)))
    return ratings


def held_out_share(size: int, seed: int, by_part: bool) -> float:
    """Mean held-out label of the top third."""
    ratings, people = in_parts(size, seed), tuple(f"p{i:03d}" for i in range(PEOPLE))
    nobody = (None,) * PEOPLE
    data = LearningData(None, None, people, nobody, nobody, tuple(ratings))  # type: ignore[arg-type]
    parts = rating_components(ratings, people) if by_part else None
    labels = np.full(PEOPLE, np.nan)
    for train, new in splits(assign_folds(PEOPLE, 5, np.random.default_rng(seed), None, parts)):
        targets = data.targets(train)
        observed = data.held_out_criteria(new, targets.components)
        labels[new] = Cut.of(targets.values[targets.usable]).labels(observed)
    return float(np.nanmean(labels))


@pytest.mark.parametrize("size", [6, 10])
def test_held_out_labels_keep_a_mean_of_a_third(size):
    """Forty companies of disconnected parts: a third of the held-out people are top, where fewer were."""
    kept = [held_out_share(size, seed, by_part=True) for seed in range(50_100, 50_140)]
    broken = [held_out_share(size, seed, by_part=False) for seed in range(50_100, 50_140)]
    assert np.mean(kept) == pytest.approx(1 / 3, abs=0.02)
    assert np.mean(broken) < np.mean(kept) - 0.03


def test_parts_that_fit_into_a_fold_are_held_out_whole_and_others_are_dealt():
    components = np.array([1] * 50 + [2] * 8 + [3] * 7 + list(range(4, 39)))
    folds = assign_folds(100, 5, np.random.default_rng(0), None, components)
    assert len(set(folds[50:58])) == len(set(folds[58:65])) == 1
    assert len(set(folds[:50])) == 5
    assert np.ptp(np.bincount(folds)) <= 1


def test_units_count_before_parts():
    units = [f"u{i // 10}" for i in range(100)]
    parts = np.arange(100) % 7
    ours = assign_folds(100, 5, np.random.default_rng(3), units, parts)
    assert np.array_equal(ours, assign_folds(100, 5, np.random.default_rng(3), units))


def test_parts_of_who_rated_whom():
    people = ("a", "b", "c", "d", "e")
    ratings = [Rating("a", "x", 3), Rating("b", "x", 4), Rating("c", "y", 2), Rating("d", "y", 2), Rating("z", "y", 1)]
    parts = rating_components(ratings, people)
    assert parts is not None
    assert parts[0] == parts[1]
    assert parts[2] == parts[3]
    assert len(set(parts.tolist())) == 3
    assert rating_components(ratings[:2], people) is None
    assert rating_components([*ratings, Rating("a", None, 3)], people) is None
    assert rating_components([], people) is None
