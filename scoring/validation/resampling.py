"""Resampled people: how often each counts in each draw, and figures for many draws at once.

A draw takes whole units with replacement (the cluster bootstrap: colleagues resemble each other, and share
raters), or people where there are too few units for that. It is a row of counts, so that a figure of all
draws is a handful of matrix products. The model is not trained again: intervals say how far other people
*like these* would move a figure, not how far another training sample would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t as student

from scoring.calibration import logistic_line

FEWEST_UNITS = 5
"""With fewer units than this, people are drawn in their place."""

RESAMPLES = 400
CELLS_AT_ONCE = 6_000_000
CLIP = 1e-6
_NEWTON_STEPS = 8

UNBOUNDED = (-np.inf, np.inf)
SHARE = (0.0, 1.0)
CORRELATION = (-1.0, 1.0)

Weights = np.ndarray
Interval = tuple[float | None, float | None]


@dataclass(frozen=True)
class Draws:
    """Bootstrap draws of n people: ``clusters`` (n,) are codes of what is drawn together."""

    clusters: np.ndarray
    by_unit: bool
    n_draws: int
    seed: tuple[int, ...]

    @classmethod
    def of(cls, units: Sequence[str | None], n_draws: int, seed: Sequence[int]) -> Draws:
        """Draw units where at least five are known; somebody without a unit stands alone."""
        names = [unit or f"\0{row}" for row, unit in enumerate(units)]
        codes = np.unique(np.array(names, dtype=object).astype(str), return_inverse=True)[1]
        by_unit = any(units) and codes.max(initial=0) + 1 >= FEWEST_UNITS
        return cls(codes if by_unit else np.arange(len(names)), by_unit, n_draws, tuple(seed))

    @property
    def widening(self) -> float:
        """How much wider intervals of so few clusters have to be: ``sqrt(G / (G - 1)) t / z``.

        Percentiles of a bootstrap of G clusters are too narrow by the first factor, which is that of a variance
        divided by G, and take a normal's place for Student's t (Cameron, Gelbach & Miller 2008 on few clusters).
        """
        clusters = int(self.clusters.max(initial=0)) + 1
        if clusters < 2:
            return 1.0
        return float(np.sqrt(clusters / (clusters - 1)) * student.ppf(0.95, clusters - 1) / student.ppf(0.95, np.inf))

    def interval(
        self, values: np.ndarray, bounds: tuple[float, float] = UNBOUNDED, further_error: float = 0.0
    ) -> Interval:
        """The 90 % interval of a figure's values in the draws, within the bounds that the figure has.

        ``further_error`` is a standard error that the draws do not show, independent of theirs.
        """
        low, high = interval(values)
        if low is None or high is None:
            return None, None
        middle = float(np.nanmedian(values))
        spread = float(np.nanstd(values))
        wider = self.widening * (np.hypot(spread, further_error) / spread if spread > 0 else 1.0)
        ends = [middle + (end - middle) * wider for end in (low, high)]
        return float(np.clip(ends[0], *bounds)), float(np.clip(ends[1], *bounds))

    def chunks(self) -> Iterator[Weights]:
        """Yield counts (some draws, n), the same ones every time."""
        rng = np.random.default_rng(self.seed)
        size = int(self.clusters.max()) + 1
        left, at_once = self.n_draws, max(1, CELLS_AT_ONCE // max(1, len(self.clusters)))
        while left > 0:
            take = min(left, at_once)
            counts = rng.multinomial(size, np.full(size, 1.0 / size), size=take)
            yield counts.astype(float)[:, self.clusters]
            left -= take

    def over(self, figure: Callable[[Weights], Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
        """Figures of every draw, by name; each with the draws as its first axis."""
        parts = [figure(weights) for weights in self.chunks()]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def everybody(n: int) -> Weights:
    """The draw (1, n) in which everybody counts once."""
    return np.ones((1, n))


def interval(values: np.ndarray, coverage: float = 0.90) -> Interval:
    """Percentile interval of the finite values; None where there are hardly any."""
    known = values[np.isfinite(values)]
    if len(known) < max(2, len(values) // 2):
        return None, None
    tail = (1 - coverage) / 2
    return float(np.quantile(known, tail)), float(np.quantile(known, 1 - tail))


def _divided(a: np.ndarray, b: np.ndarray, otherwise: float = np.nan) -> np.ndarray:
    return np.divide(a, b, out=np.full(np.broadcast(a, b).shape, otherwise), where=np.abs(b) > 1e-12)


def mean_of(values: np.ndarray, weights: Weights) -> np.ndarray:
    """Weighted mean (draws,) of values (n,)."""
    return _divided(weights @ values, weights.sum(axis=1))


def correlations(a: np.ndarray, b: np.ndarray, weights: Weights) -> np.ndarray:
    """Weighted Pearson correlation (draws,) of two variables (n,); 0 where one of them is constant."""
    a, b = a - a.mean(), b - b.mean()
    total = weights.sum(axis=1)
    mean_a, mean_b, aa, bb, ab = _divided(weights @ np.column_stack([a, b, a * a, b * b, a * b]), total[:, None]).T
    scale = np.sqrt(np.maximum(aa - mean_a**2, 0.0) * np.maximum(bb - mean_b**2, 0.0))
    known = scale > 1e-10 * max(1e-30, float(a.std() * b.std()))
    return np.divide(ab - mean_a * mean_b, scale, out=np.zeros(len(total)), where=known & (scale > 0))


def within_folds(a: np.ndarray, b: np.ndarray, folds: np.ndarray, weights: Weights) -> np.ndarray:
    """Mean over folds of the correlation inside each, weighted by people (draws,).

    Never over pooled folds: a fold whose people are above average leaves a training set below it, so that
    pooled predictions run against the criterion. Inside a fold, with ratings dealt out at random, the
    correlation is exactly 0 on average.
    """
    total = np.zeros(len(weights))
    for fold in np.unique(folds):
        inside = folds == fold
        chosen = weights[:, inside]
        total += chosen.sum(axis=1) * correlations(a[inside], b[inside], chosen)
    return _divided(total, weights.sum(axis=1), 0.0)


def areas(p: np.ndarray, labels: np.ndarray, weights: Weights) -> np.ndarray:
    """Weighted area under the ROC curve (draws,), ties counting half; NaN where everybody has the same label."""
    order = np.argsort(p, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(p[order]) > 0])
    sorted_weights = weights[:, order]
    top = np.add.reduceat(sorted_weights * labels[order], starts, axis=1)
    rest = np.add.reduceat(sorted_weights * (1 - labels[order]), starts, axis=1)
    below = np.cumsum(rest, axis=1) - rest / 2
    return _divided((top * below).sum(axis=1), top.sum(axis=1) * rest.sum(axis=1))


def calibration_lines(p: np.ndarray, labels: np.ndarray, weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Intercepts and slopes (draws,) of the labels' logistic regression on logit(p), by Newton's method.

    Each draw starts from everybody's line, and so ends after a few steps.
    """
    x = logit(np.clip(p, CLIP, 1 - CLIP))
    intercept, slope = logistic_line(x, labels)
    centre, scale = float(x.mean()), float(x.std()) or 1.0
    z = (x - centre) / scale
    beta = np.tile([intercept + slope * centre, slope * scale], (len(weights), 1))
    for _ in range(_NEWTON_STEPS):
        step = _newton_step(beta, z, labels, weights)
        beta = beta + step
        if np.abs(step).max(initial=0.0) < 1e-6:
            break
    slopes = beta[:, 1] / scale
    return beta[:, 0] - slopes * centre, slopes


def _newton_step(beta: np.ndarray, z: np.ndarray, labels: np.ndarray, weights: Weights) -> np.ndarray:
    p = expit(beta[:, :1] + beta[:, 1:] * z)
    missed, bent = weights * (labels - p), weights * p * (1 - p)
    g0, g1 = missed.sum(axis=1), missed @ z
    h00, h01, h11 = bent.sum(axis=1) + CLIP, bent @ z, bent @ (z * z) + CLIP
    determinant = h00 * h11 - h01**2
    step = np.column_stack([h11 * g0 - h01 * g1, h00 * g1 - h01 * g0]) / determinant[:, None]
    return np.clip(step, -2.0, 2.0)


def squared_calibration_errors(p: np.ndarray, labels: np.ndarray, bins: int, weights: Weights) -> np.ndarray:
    """Debiased squared calibration error (draws,) over equal-count bins; below 0 where chance explains more.

    Per bin the squared gap of mean probability and observed share, less ``share (1 - share) / (n - 1)``
    (Kumar, Liang & Ma 2019).
    """
    order = np.argsort(p, kind="stable")
    w, y = weights[:, order], labels[order]
    total = w.sum(axis=1, keepdims=True)
    codes = np.minimum(((np.cumsum(w, axis=1) - w / 2) * (bins / total)).astype(int), bins - 1)
    flat = (codes + bins * np.arange(len(w))[:, None]).ravel()
    n, sum_p, sum_y = (_binned(flat, w * values, len(w), bins) for values in (np.ones(len(y)), p[order], y))
    share = _divided(sum_y, n, 0.0)
    gap = (_divided(sum_p, n, 0.0) - share) ** 2
    return np.sum(n * (gap - share * (1 - share) / np.maximum(n - 1, 1)), axis=1) / total[:, 0]


def _binned(codes: np.ndarray, values: np.ndarray, draws: int, bins: int) -> np.ndarray:
    return np.bincount(codes, values.ravel(), minlength=draws * bins).reshape(draws, bins)


def shares_among_hired(scores: np.ndarray, labels: np.ndarray, ratio: float, weights: Weights) -> np.ndarray:
    """Share of top people (draws,) among the ``ratio`` of everybody with the highest scores.

    Whoever stands on the border counts by the part of them that is still hired; who ties with them shares it.
    """
    order = np.argsort(-scores, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(scores[order]) < 0])
    w = weights[:, order]
    people = np.add.reduceat(w, starts, axis=1)
    top = np.add.reduceat(w * labels[order], starts, axis=1)
    before = np.cumsum(people, axis=1) - people
    hired = np.clip(ratio * w.sum(axis=1, keepdims=True) - before, 0.0, people)
    return _divided((_divided(hired, people, 0.0) * top).sum(axis=1), hired.sum(axis=1))
