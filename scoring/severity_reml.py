r"""Exact restricted maximum likelihood for crossed random effects.

With ``V = I + g_a A A' + g_b B B'`` (variances relative to the residual) the larger side ``a`` is absorbed:
its block of the mixed-model equations is diagonal, and what remains is a dense system of the smaller side,

    T = diag(n_b) - g_a C' W C,   W = 1 / (1 + g_a n_a),   S = I + g_b T,

where C counts the ratings of each pair. All of the criterion, its exact gradient and the average information
follow from S. The criterion is lme4's (Bates et al. 2015, J. Stat. Softw. 67, eq. 39), residual variance
profiled out; average information: Gilmour, Thompson & Cullis 1995, Biometrics 51.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi

import numpy as np
from scipy.linalg import lapack

from scoring.errors import ScoringError
from scoring.severity_design import Design, Floats

LARGEST_RATIO = 1e7
_TOLERANCE = 1e-10
_MOST_STEPS = 200
_MOST_HALVINGS = 40
_SUFFICIENT = 1e-4


@dataclass(frozen=True)
class Point:
    """The criterion and all that belongs to it at one pair of variance ratios (absorbed, kept).

    ``scores_*`` are ``A'Py`` and ``B'Py`` in units of the rating; a ratio times its scores is the shrunken
    effect. ``ones_*`` are ``A'V^-1 1`` and ``B'V^-1 1``, ``information_of_mean`` is ``1'V^-1 1``.
    """

    ratios: Floats
    criterion: float
    gradient: Floats
    curvature: Floats
    mean: float
    residual: float
    scores_absorbed: Floats
    scores_kept: Floats
    ones_absorbed: Floats
    ones_kept: Floats
    information_of_mean: float
    inverse: Floats
    reduced: Floats


class _Products:
    """Products ``x'V^-1 y`` for vectors that are known by their sums per level alone."""

    def __init__(self, design: Design, ratios: Floats) -> None:
        self.design = design
        self.absorbed_ratio, self.kept_ratio = (float(ratio) for ratio in ratios)
        self.shrink = 1 / (1 + self.absorbed_ratio * design.absorbed_n)
        self.weighted = design.counts.multiply(self.shrink[:, None]).tocsr()
        crossed = (design.transposed @ self.weighted).toarray()
        self.reduced = -self.absorbed_ratio * crossed
        self.reduced[np.diag_indices_from(self.reduced)] += design.kept_n
        self.inverse, self.log_determinant = _invert(self.kept_ratio * self.reduced)
        self.log_determinant += float(np.log1p(self.absorbed_ratio * design.absorbed_n).sum())

    def forms(self, absorbed: Floats, kept: Floats, plain: Floats) -> tuple[Floats, Floats, Floats]:
        """Return ``R'V^-1 R``, ``A'V^-1 R``, ``B'V^-1 R`` from ``A'R``, ``B'R`` and ``R'R``."""
        shrunk = self.shrink[:, None] * absorbed
        remaining = kept - self.absorbed_ratio * (self.design.transposed @ shrunk)
        solved = self.inverse @ remaining
        form = plain - self.absorbed_ratio * absorbed.T @ shrunk - self.kept_ratio * remaining.T @ solved
        return form, shrunk - self.kept_ratio * (self.weighted @ solved), solved

    def traces(self) -> Floats:
        """Return the traces of ``A'V^-1 A`` and ``B'V^-1 B``."""
        squared = (self.weighted.T @ self.weighted).toarray()
        absorbed = self.design.absorbed_n @ self.shrink - self.kept_ratio * np.vdot(squared, self.inverse)
        return np.array([absorbed, np.vdot(self.reduced, self.inverse)])


def _invert(matrix: Floats) -> tuple[Floats, float]:
    """Return the inverse and the log-determinant of ``I + matrix``, symmetric; the matrix is overwritten."""
    system = matrix.T  # symmetric, and now in the column order that LAPACK works on in place
    system[np.diag_indices_from(system)] += 1
    factor, failed = lapack.dpotrf(system, lower=1, overwrite_a=1)
    if failed:
        raise ScoringError("The ratings' equations are numerically singular. Check for copied rows.")
    log_determinant = 2 * float(np.log(np.diag(factor)).sum())
    lower, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    inverse = lower + lower.T  # the upper triangle was zeroed by dpotrf
    inverse[np.diag_indices_from(inverse)] /= 2
    return inverse, log_determinant


def evaluate(design: Design, ratios: Floats) -> Point:
    """Return the restricted-likelihood criterion with its derivatives at a pair of variance ratios."""
    products = _Products(design, ratios)
    absorbed = np.column_stack([design.absorbed_n, design.absorbed_sum])
    kept = np.column_stack([design.kept_n, design.kept_sum])
    form, of_absorbed, of_kept = products.forms(absorbed, kept, np.diag([float(design.n), design.square]))
    mean = form[0, 1] / form[0, 0]
    left = form[1, 1] - mean * form[0, 1]
    freedom = design.n - 1
    scores = (of_absorbed[:, 1] - mean * of_absorbed[:, 0], of_kept[:, 1] - mean * of_kept[:, 0])
    squares = np.array([score @ score for score in scores])
    ones = np.array([float(of_absorbed[:, 0] @ of_absorbed[:, 0]), float(of_kept[:, 0] @ of_kept[:, 0])])
    fit = freedom * (1 + log(2 * pi * left / freedom))
    return Point(
        ratios=ratios,
        criterion=products.log_determinant + log(form[0, 0]) + fit,
        gradient=products.traces() - ones / form[0, 0] - freedom * squares / left,
        curvature=freedom * (_information(products, *scores) / left - np.outer(squares, squares) / left**2),
        mean=float(design.mean + mean),
        residual=left / freedom,
        scores_absorbed=scores[0],
        scores_kept=scores[1],
        ones_absorbed=of_absorbed[:, 0],
        ones_kept=of_kept[:, 0],
        information_of_mean=float(form[0, 0]),
        inverse=products.inverse,
        reduced=products.reduced,
    )


def _information(products: _Products, absorbed_scores: Floats, kept_scores: Floats) -> Floats:
    """Return ``x_i'P x_j`` for the working vectors ``x = A A'Py`` and ``x = B B'Py``, shape (2, 2)."""
    design = products.design
    of_kept = design.transposed @ absorbed_scores
    of_absorbed = design.counts @ kept_scores
    absorbed = np.column_stack([design.absorbed_n, design.absorbed_n * absorbed_scores, of_absorbed])
    kept = np.column_stack([design.kept_n, of_kept, design.kept_n * kept_scores])
    # One row per vector (1, x_a, x_b): how it is composed of levels, so that products of vectors are sums.
    plain = np.empty((3, 3))
    plain[0] = design.n, design.absorbed_n @ absorbed_scores, design.kept_n @ kept_scores
    plain[1] = plain[0, 1], absorbed_scores @ absorbed[:, 1], of_kept @ kept_scores
    plain[2] = plain[0, 2], plain[1, 2], kept_scores @ kept[:, 2]
    form, _, _ = products.forms(absorbed, kept, plain)
    return form[1:, 1:] - np.outer(form[1:, 0], form[0, 1:]) / form[0, 0]


def minimise(design: Design, start: Floats, fixed: tuple[bool, bool] = (False, False)) -> Point:
    """Find the variance ratios of greatest restricted likelihood by projected Newton steps.

    Each step uses the average information (positive semidefinite, hence downhill), is cut at zero, and is
    halved until the criterion falls enough (Bertsekas 1982, SIAM J. Control Optim. 20): it converges to a
    stationary point from any start, with a variance of exactly zero where the likelihood has its edge there.

    Parameters
    ----------
    start
        Ratios (absorbed, kept) to start from, shape (2,).
    fixed
        Which of the two stay as they are.

    Raises
    ------
    ScoringError
        Where the raters agree perfectly, so that no residual variance is left, or no optimum is found.
    """
    point = evaluate(design, np.clip(start, 0, LARGEST_RATIO))
    for _ in range(_MOST_STEPS):
        step = _newton_step(point, np.array(fixed))
        if -float(point.gradient @ step) < _TOLERANCE:
            return point
        lower = _descend(design, point, step)
        if lower is None:
            return point
        point = lower
        _check_agreement(point)
    raise ScoringError("The severity model did not converge. Check the ratings for copied or constant blocks.")


def _newton_step(point: Point, fixed: Floats) -> Floats:
    free = ((point.ratios > 0) | (point.gradient < 0)) & ~fixed.astype(bool)
    step = np.zeros(2)
    if free.any():
        curvature = point.curvature[np.ix_(free, free)]
        ridge = 1e-9 * np.trace(curvature) * np.eye(int(free.sum()))
        step[free] = -np.linalg.solve(curvature + ridge, point.gradient[free])
    return step


def _descend(design: Design, point: Point, step: Floats) -> Point | None:
    """Return a point along the step, cut at the bounds, that is low enough; None where rounding forbids it."""
    for _ in range(_MOST_HALVINGS):
        ratios = np.clip(point.ratios + step, 0, LARGEST_RATIO)
        promised = float(point.gradient @ (ratios - point.ratios))
        trial = evaluate(design, ratios)
        if trial.criterion <= point.criterion + _SUFFICIENT * promised:
            return trial
        step = step / 2
    return None


def _check_agreement(point: Point) -> None:
    if point.ratios.max() >= LARGEST_RATIO:
        raise ScoringError(
            "The raters agree perfectly, as if ratings had been copied from one another. "
            "Check where the ratings come from; each rater should rate independently."
        )


def reliabilities(design: Design, point: Point) -> tuple[Floats, Floats]:
    """Return the exact reliability ``1 - PEV / variance`` of every effect, (absorbed, kept).

    The prediction error variance includes the uncertainty of the mean: ``ratio * diag(Z'PZ)``.
    """
    kept = np.einsum("ij,ij->i", point.reduced, point.inverse)
    kept -= point.ones_kept**2 / point.information_of_mean
    shrink = 1 / (1 + point.ratios[0] * design.absorbed_n)
    absorbed = design.absorbed_n * shrink - point.ratios[1] * shrink**2 * _quadratic(design, point.inverse)
    absorbed -= point.ones_absorbed**2 / point.information_of_mean
    return np.clip(point.ratios[0] * absorbed, 0, 1), np.clip(point.ratios[1] * kept, 0, 1)


def _quadratic(design: Design, inverse: Floats, rows: int = 2000) -> Floats:
    """Return the diagonal of ``C S^-1 C'`` in blocks of rows, so that memory stays small."""
    result = np.empty(len(design.absorbed_n))
    for first in range(0, len(result), rows):
        block = design.counts[first : first + rows]
        result[first : first + rows] = np.asarray(block.multiply(block @ inverse).sum(axis=1)).ravel()
    return result
