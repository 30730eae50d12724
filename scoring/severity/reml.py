"""Exact restricted maximum likelihood for crossed random effects.

The reduced system of the smaller side is inverted densely, which gives the criterion and its exact gradient.
The criterion is lme4's (Bates et al. 2015, J. Stat. Softw. 67, eq. 39), the residual variance profiled out.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi

import numpy as np
from scipy.linalg import lapack

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.severity.design import Design, Floats
from scoring.severity.forms import Forms, Summary, newton_step

LARGEST_RATIO = 1e7
AGREEMENT = 1e6
"""A fit with a variance ratio from here on leaves no residual: rounding stops it short of `LARGEST_RATIO`."""
_TOLERANCE = 1e-10
_MOST_STEPS = 200
_MOST_HALVINGS = 40
_SUFFICIENT = 1e-4


class ExactForms(Forms):
    """Forms by the dense inverse of the reduced system."""

    def __init__(self, design: Design, ratios: Floats) -> None:
        super().__init__(design, ratios)
        self.weighted = design.counts.multiply(self.shrink[:, None]).tocsr()
        self.reduced = -self.absorbed_ratio * (design.transposed @ self.weighted).toarray()
        self.reduced[np.diag_indices_from(self.reduced)] += design.kept_n
        self.inverse, log_determinant = _invert(self.kept_ratio * self.reduced)
        self.log_determinant = log_determinant + float(np.log1p(self.absorbed_ratio * design.absorbed_n).sum())

    def solve(self, right: Floats) -> Floats:
        """Multiply by the inverse."""
        return self.inverse @ right

    def traces(self, summary: Summary) -> Floats:
        """Return the traces of ``A'PA`` and ``B'PB``."""
        squared = (self.weighted.T @ self.weighted).toarray()
        absorbed = self.design.absorbed_n @ self.shrink - self.kept_ratio * np.vdot(squared, self.inverse)
        kept = np.vdot(self.reduced, self.inverse)
        ones = (summary.ones_absorbed, summary.ones_kept)
        means = np.array([float(one @ one) for one in ones]) / summary.information_of_mean
        return np.array([absorbed, kept]) - means


def _invert(matrix: Floats) -> tuple[Floats, float]:
    """Return the inverse and the log-determinant of ``I + matrix``, symmetric; the matrix is overwritten."""
    system = matrix.T  # symmetric, and now in the column order that LAPACK works on in place
    system[np.diag_indices_from(system)] += 1
    factor, failed = lapack.dpotrf(system, lower=1, overwrite_a=1)
    if failed:
        raise ScoringError(say("The ratings' equations are numerically singular. Check for copied rows."))
    log_determinant = 2 * float(np.log(np.diag(factor)).sum())
    lower, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    inverse = lower + lower.T  # the upper triangle was zeroed by dpotrf
    inverse[np.diag_indices_from(inverse)] /= 2
    return inverse, log_determinant


@dataclass(frozen=True)
class Point:
    """The criterion and its derivatives at one pair of variance ratios (absorbed, kept)."""

    forms: ExactForms
    summary: Summary
    criterion: float
    gradient: Floats

    @property
    def ratios(self) -> Floats:
        """The variance ratios."""
        return self.summary.ratios

    def reliabilities(self) -> tuple[Floats, Floats]:
        """Return the exact reliability ``1 - PEV / variance`` of every effect, (absorbed, kept).

        The prediction error variance includes the uncertainty of the mean: ``ratio * diag(Z'PZ)``.
        """
        forms, summary = self.forms, self.summary
        kept = np.einsum("ij,ij->i", forms.reduced, forms.inverse)
        crossed = forms.kept_ratio * forms.shrink**2 * _quadratic(forms.design, forms.inverse)
        absorbed = forms.design.absorbed_n * forms.shrink - crossed
        absorbed -= summary.ones_absorbed**2 / summary.information_of_mean
        kept -= summary.ones_kept**2 / summary.information_of_mean
        return np.clip(forms.absorbed_ratio * absorbed, 0, 1), np.clip(forms.kept_ratio * kept, 0, 1)


def _quadratic(design: Design, inverse: Floats, rows: int = 2000) -> Floats:
    """Return the diagonal of ``C S^-1 C'`` in blocks of rows, so that memory stays small."""
    result = np.empty(len(design.absorbed_n))
    for first in range(0, len(result), rows):
        block = design.counts[first : first + rows]
        result[first : first + rows] = np.asarray(block.multiply(block @ inverse).sum(axis=1)).ravel()
    return result


def evaluate(design: Design, ratios: Floats) -> Point:
    """Return the restricted-likelihood criterion with its exact gradient at a pair of variance ratios."""
    forms = ExactForms(design, ratios)
    summary = forms.summary()
    fit = summary.freedom * (1 + log(2 * pi * summary.left / summary.freedom))
    criterion = forms.log_determinant + log(summary.information_of_mean) + fit
    return Point(forms, summary, criterion, summary.gradient(forms.traces(summary)))


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
    free = ~np.array(fixed)
    for _ in range(_MOST_STEPS):
        step = newton_step(point.ratios, point.gradient, point.forms.curvature(point.summary), free)
        lower = None if -float(point.gradient @ step) < _TOLERANCE else _descend(design, point, step)
        if lower is None:
            check_agreement(point.ratios, AGREEMENT)
            return point
        point = lower
        check_agreement(point.ratios)
    raise ScoringError(say("The severity model did not converge. Check the ratings for copied or constant blocks."))


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


def check_agreement(ratios: Floats, largest: float = LARGEST_RATIO) -> None:
    """Refuse variance ratios that leave no residual."""
    if ratios.max() >= largest:
        raise ScoringError(
            say(
                "The raters agree perfectly, as if ratings had been copied from one another. "
                "Check where the ratings come from; each rater should rate independently."
            )
        )
