"""Venn-Abers predictors: two probabilities, one of which is calibrated whatever the data are like.

A new person is added to the calibration set twice, once as top and once as not, and the staircase of
`scoring.calibrators.isotonic` is fitted to each: what it says of the person is ``p1`` and ``p0``. One of the two is
perfectly calibrated (Vovk & Petej 2014, Venn-Abers predictors); how far they are apart says how much there is to go
by. For use they are merged into ``p1 / (1 - p0 + p1)``, which minimises the largest possible regret of log-loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.calibrators.isotonic import Steps

Floats = NDArray[np.float64]
Point = tuple[float, float]


@dataclass(frozen=True)
class VennAbers:
    """An inductive Venn-Abers predictor.

    Attributes
    ----------
    x : ndarray of shape (m,)
        Distinct predictions of the calibration set.
    upper, lower : ndarray of shape (m,)
        ``p1`` and ``p0`` of a new person whose prediction is exactly that.
    """

    x: Floats
    upper: Floats
    lower: Floats

    def bounds(self, predictions: Floats) -> tuple[Floats, Floats]:
        """``p0`` and ``p1``, each (n,).

        Between two predictions that were seen, the added top person is pooled with those above, and the added other
        one with those below.
        """
        at_or_above = np.searchsorted(self.x, predictions, side="left")
        at_or_below = np.searchsorted(self.x, predictions, side="right")
        return np.r_[0.0, self.lower][at_or_below], np.r_[self.upper, 1.0][at_or_above]

    def probability(self, predictions: Floats) -> Floats:
        """One probability (n,) from the two."""
        low, high = self.bounds(predictions)
        return high / (1.0 - low + high)


@dataclass(frozen=True)
class CrossVennAbers:
    """Venn-Abers predictors of several folds, merged by geometric means (Vovk, Petej & Fedorova 2015)."""

    members: tuple[VennAbers, ...]

    def probability(self, predictions: Floats) -> Floats:
        """``GM(p1) / (GM(1 - p0) + GM(p1))`` over the folds (n,)."""
        bounds = [member.bounds(predictions) for member in self.members]
        high = np.exp(np.mean([np.log(np.maximum(high, 1e-12)) for _, high in bounds], axis=0))
        rest = np.exp(np.mean([np.log(np.maximum(1.0 - low, 1e-12)) for low, _ in bounds], axis=0))
        return high / (rest + high)


def fit_venn_abers(predictions: Floats, labels: Floats) -> VennAbers:
    """Fit on out-of-fold predictions (n,) and labels (n,) in 0..1."""
    steps = Steps.of(np.asarray(predictions, dtype=float), np.asarray(labels, dtype=float))
    upper = _values_with_a_top_person(steps.count, steps.share)
    lower = 1.0 - _values_with_a_top_person(steps.count[::-1], 1.0 - steps.share[::-1])[::-1]
    return VennAbers(steps.x, upper, lower)


def fit_cross_venn_abers(predictions: Floats, labels: Floats, folds: NDArray[np.intp]) -> CrossVennAbers:
    """One predictor per fold, each calibrated on that fold's own out-of-fold predictions."""
    chosen = [folds == fold for fold in np.unique(folds)]
    return CrossVennAbers(tuple(fit_venn_abers(predictions[rows], labels[rows]) for rows in chosen))


def _values_with_a_top_person(count: Floats, share: Floats) -> Floats:
    """What the staircase says at each step (m,), one more person being there who is top.

    The staircase is the slope of the lower hull of the cumulative sums. One more top person at a step moves all
    points before it by (-1, -1); going from step to step, the hull is kept on a stack whose top is its left end
    (Vovk, Petej & Fedorova 2015, algorithms 1 and 2), so that all steps together take linear time.
    """
    points = [(0.0, 0.0), *zip(np.cumsum(count).tolist(), np.cumsum(count * share).tolist(), strict=True)]
    stack = _hull([(-1.0, -1.0), *points])[::-1]
    moved = (-1.0, -1.0)
    values = np.zeros(len(count))
    for step in range(1, len(points)):
        values[step - 1] = _slope(stack[-1], stack[-2])
        moved = (points[step][0] - 1.0, points[step][1] - 1.0)
        if _turn(stack[-1], stack[-2], moved) >= 0:
            continue
        stack.pop()
        while len(stack) > 1 and _turn(moved, stack[-1], stack[-2]) <= 0:
            stack.pop()
        stack.append(moved)
    return np.clip(values, 0.0, 1.0)


def _hull(points: Sequence[Point]) -> list[Point]:
    """Corners of the lower hull of points given from left to right."""
    corners: list[Point] = []
    for point in points:
        while len(corners) > 1 and _turn(corners[-2], corners[-1], point) <= 0:
            corners.pop()
        corners.append(point)
    return corners


def _turn(a: Point, b: Point, c: Point) -> float:
    """Above zero where the way from ``a`` over ``b`` to ``c`` turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _slope(a: Point, b: Point) -> float:
    return (b[1] - a[1]) / (b[0] - a[0])
