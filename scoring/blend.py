"""How much the key total and ridge each count: a posterior mean with published validity as the prior.

    y = mean + b * key total + c * ridge + error,   b, c >= 0     (all standardised)

Least squares is too sure of itself when few people are rated: its slopes are as often twice too large as not,
and a probability drawn from a slope twice too large is worse than the base rate. So the slopes are averaged
over everything the data leave possible, and over what is known beforehand: validities of situational judgement
keys scatter around .20 (McDaniel, Hartman, Whetzel & Grubb 2007, observed), and ridge adds little until it has
shown that it does. Both priors have heavy tails (Student's t): a key that is plainly better, or ridge that
plainly adds, is believed, where a normal prior would go on pulling it back (O'Hagan 1979).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KEY_VALIDITY = 0.20
"""Correlation of a situational judgement key with rated performance (McDaniel et al. 2007, observed)."""

KEY_SCALE = 0.15
"""How far keys scatter around it: scale of the Student prior of the key's standardised slope."""

RIDGE_SCALE = 0.06
"""Scale of the Student prior, centred at 0, of ridge's standardised slope."""

FREEDOM = 3.0
"""Degrees of freedom of both priors."""

LARGEST = 1.5
"""No standardised slope that is not negative can be larger, unless members are opposed."""

_POINTS = 33
_REACH = 5.5
_ROUNDS = 7
_STILL = 1e-12


@dataclass(frozen=True)
class Blend:
    """Weights of the members, on their own scales, and the intercept."""

    intercept: float
    weights: Floats

    def apply(self, members: Floats) -> Floats:
        """Predictions (n,) from members (n, 2)."""
        return self.intercept + members @ self.weights


def fit_blend(members: Floats, y: Floats, weights: Floats) -> Blend:
    """Blend two members (n, 2), the key total and ridge's out-of-fold predictions, to predict ``y`` (n,).

    A member that does not vary gets weight 0, the others more than 0: somebody always has to rank.

    Parameters
    ----------
    weights : ndarray of shape (n,)
        How many people each counts for: with 2, the same as standing there twice.
    """
    centre = np.average(members, axis=0, weights=weights)
    mean = float(np.average(y, weights=weights))
    away, residual = members - centre, y - mean
    spread = np.sqrt(np.average(away**2, axis=0, weights=weights))
    scale = float(np.sqrt(np.average(residual**2, weights=weights)))
    live = spread > _STILL * (1.0 + np.abs(centre))
    z = away / np.where(live, spread, np.inf)
    share = weights / weights.sum()
    gram = (z * share[:, None]).T @ z
    moments = (z * share[:, None]).T @ residual / max(scale, _STILL)
    slopes = posterior_slopes(gram, moments, float(weights.sum()), live) * max(scale, _STILL)
    slopes = slopes / np.where(live, spread, 1.0)
    return Blend(mean - float(slopes @ centre), slopes)


def posterior_slopes(gram: Floats, moments: Floats, n: float, live: NDArray[np.bool_]) -> Floats:
    """Posterior mean (2,) of the standardised slopes, none of them negative.

    The likelihood is that of normal errors of unknown variance, ``RSS ** (-(n - 1) / 2)``. The mean is taken on
    a grid of both slopes that is laid anew around it until it is finer than the posterior.

    Parameters
    ----------
    gram, moments
        Correlations of the members with each other (2, 2) and with the criterion (2,).
    n
        How many people they come from.
    live
        Which members vary; the others get 0.
    """
    low, high = np.zeros(2), np.where(live, LARGEST, 0.0)
    mean = np.zeros(2)
    for _ in range(_ROUNDS):
        grids = [np.linspace(a, b, _POINTS if b > a else 1) for a, b in zip(low, high, strict=True)]
        mean, spread = _moments_on(grids, gram, moments, n)
        step = (high - low) / (_POINTS - 1)
        if np.all(step <= spread / 2.0):
            break
        reach = _REACH * np.maximum(spread, step / 2.0)
        low, high = np.maximum(mean - reach, 0.0), mean + reach
    return mean


def _moments_on(grids: list[Floats], gram: Floats, moments: Floats, n: float) -> tuple[Floats, Floats]:
    """Posterior mean and standard deviation (2,) of the slopes over a grid."""
    b, c = grids[0][:, None], grids[1][None, :]
    explained = 2.0 * (b * moments[0] + c * moments[1]) - 2.0 * b * c * gram[0, 1]
    rss = 1.0 - explained + b**2 * gram[0, 0] + c**2 * gram[1, 1]
    log = -(n - 1.0) / 2.0 * np.log(np.maximum(rss, 1e-9))
    log = log + _log_student(b - KEY_VALIDITY, KEY_SCALE) + _log_student(c, RIDGE_SCALE)
    density = np.exp(log - log.max()) * _trapezoid(grids[0])[:, None] * _trapezoid(grids[1])[None, :]
    sides = [density.sum(axis=1), density.sum(axis=0)]
    mean = np.array([side @ grid / side.sum() for side, grid in zip(sides, grids, strict=True)])
    square = np.array([side @ (grid - m) ** 2 / side.sum() for side, grid, m in zip(sides, grids, mean, strict=True)])
    return mean, np.sqrt(square)


def _trapezoid(grid: Floats) -> Floats:
    """Weights of the trapezoidal rule: half at both ends."""
    if len(grid) == 1:
        return np.ones(1)
    weights = np.ones(len(grid))
    weights[0] = weights[-1] = 0.5
    return weights


def _log_student(x: Floats, scale: float) -> Floats:
    return -(FREEDOM + 1.0) / 2.0 * np.log1p((x / scale) ** 2 / FREEDOM)
