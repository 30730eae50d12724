"""Severity by the method of moments, for starts and for data too large for the exact fit.

Moments: the three U-statistics of Gao & Owen 2017 (Electron. J. Stat. 11), linear in the number of ratings.
Effects: the mixed-model equations, larger side absorbed, by preconditioned conjugate gradients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.errors import ScoringError
from scoring.severity_design import Design, Floats

_TOLERANCE = 1e-10
_MOST_STEPS = 500
_SWEEPS = 20


@dataclass(frozen=True)
class MomentFit:
    """Variances (absorbed, kept, residual), the mean, and effects with approximate reliabilities per side."""

    variances: Floats
    mean: float
    effects_absorbed: Floats
    effects_kept: Floats
    reliability_absorbed: Floats
    reliability_kept: Floats


def moment_variances(design: Design) -> Floats:
    """Return unbiased moment estimates of the variances (absorbed, kept, residual); some may be negative.

    Sums of squares within the absorbed levels, within the kept levels and in total have expectations linear
    in the three variances.
    """
    pairs = design.counts.data**2
    per_absorbed = np.repeat(design.absorbed_n, np.diff(design.counts.indptr))
    per_kept = design.kept_n[design.counts.indices]
    n = design.n
    expected = np.array(
        [
            [0, n - (pairs / per_absorbed).sum(), n - len(design.absorbed_n)],
            [n - (pairs / per_kept).sum(), 0, n - len(design.kept_n)],
            [n - (design.absorbed_n**2).sum() / n, n - (design.kept_n**2).sum() / n, n - 1],
        ]
    )
    found = np.array(
        [
            design.square - (design.absorbed_sum**2 / design.absorbed_n).sum(),
            design.square - (design.kept_sum**2 / design.kept_n).sum(),
            design.square,
        ]
    )
    return np.linalg.lstsq(expected, found, rcond=None)[0]


def starting_ratios(design: Design) -> Floats:
    """Return variance ratios (absorbed, kept) to start from: the moments', kept away from zero and infinity."""
    variances = moment_variances(design)
    total = design.square / design.n
    floor = 0.01 * total
    absorbed, kept, residual = np.maximum(variances, floor)
    return np.array([absorbed / residual, kept / residual])


def fit_by_moments(design: Design) -> MomentFit:
    """Estimate variances by moments and effects by conjugate gradients.

    Reliabilities are approximate: each rating counts by its error plus what is not known of the other side's
    effect, iterated to a fixed point, which leaves out long loops in the graph of who rated whom.
    """
    variances = np.maximum(moment_variances(design), 0)
    if variances[2] <= 0:
        raise ScoringError("The ratings leave no residual variance. Check for copied ratings.")
    ratios = variances[:2] / variances[2]
    mean, absorbed, kept = _effects(design, ratios)
    reliability = _approximate_reliabilities(design, ratios)
    return MomentFit(variances, float(design.mean + mean), absorbed, kept, *reliability)


def _effects(design: Design, ratios: Floats) -> tuple[float, Floats, Floats]:
    """Return the generalised mean (of centred ratings) and the shrunken effects (absorbed, kept)."""
    shrink = 1 / (1 + ratios[0] * design.absorbed_n)
    absorbed = np.column_stack([design.absorbed_n, design.absorbed_sum])
    kept = np.column_stack([design.kept_n, design.kept_sum])
    remaining = kept - ratios[0] * (design.transposed @ (shrink[:, None] * absorbed))
    solved = np.column_stack([_solve(design, ratios, shrink, column) for column in remaining.T])
    plain = np.array([float(design.n), 0.0])
    form = plain - ratios[0] * absorbed[:, 0] @ (shrink[:, None] * absorbed)
    form -= ratios[1] * remaining[:, 0] @ solved
    mean = float(form[1] / form[0])
    scores_kept = solved[:, 1] - mean * solved[:, 0]
    scores_absorbed = shrink * (absorbed[:, 1] - mean * absorbed[:, 0])
    scores_absorbed -= ratios[1] * shrink * (design.counts @ scores_kept)
    return mean, ratios[0] * scores_absorbed, ratios[1] * scores_kept


def _solve(design: Design, ratios: Floats, shrink: Floats, right: Floats) -> Floats:
    """Solve ``S x = right`` by conjugate gradients with the diagonal as preconditioner."""
    diagonal = 1 + ratios[1] * design.kept_n

    def apply(vector: Floats) -> Floats:
        crossed = design.transposed @ (shrink * (design.counts @ vector))
        return diagonal * vector - ratios[1] * ratios[0] * crossed

    solution = right / diagonal
    residual = right - apply(solution)
    direction = residual / diagonal
    size = residual @ direction
    goal = _TOLERANCE**2 * (right @ (right / diagonal))
    for _ in range(_MOST_STEPS):
        if size <= goal:
            return solution
        image = apply(direction)
        length = size / (direction @ image)
        solution = solution + length * direction
        residual = residual - length * image
        conditioned = residual / diagonal
        size, before = residual @ conditioned, size
        direction = conditioned + size / before * direction
    raise ScoringError("The severity equations did not converge. Check the ratings for copied blocks.")


def _approximate_reliabilities(design: Design, ratios: Floats) -> tuple[Floats, Floats]:
    unknown_absorbed = np.full(len(design.absorbed_n), ratios[0])
    unknown_kept = np.full(len(design.kept_n), ratios[1])
    for _ in range(_SWEEPS):
        known_absorbed = design.counts @ (1 / (1 + unknown_kept))
        unknown_absorbed = ratios[0] / (1 + ratios[0] * known_absorbed)
        known_kept = design.transposed @ (1 / (1 + unknown_absorbed))
        unknown_kept = ratios[1] / (1 + ratios[1] * known_kept)
    absorbed = 1 - unknown_absorbed / ratios[0] if ratios[0] else np.zeros_like(unknown_absorbed)
    return absorbed, 1 - unknown_kept / ratios[1] if ratios[1] else np.zeros_like(unknown_kept)
