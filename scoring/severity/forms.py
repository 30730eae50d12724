r"""Quadratic forms of crossed random effects from sums per level: what every way of fitting shares.

With ``V = I + g_a A A' + g_b B B'`` (variances relative to the residual) the larger side ``a`` is absorbed:
its block of the mixed-model equations is diagonal, and what remains is a system of the smaller side,

    T = diag(n_b) - g_a C' W C,   W = 1 / (1 + g_a n_a),   S = I + g_b T,

where C counts the ratings of each pair. Products ``x'V^-1 y`` of vectors that are known by their sums per
level follow from solving with S.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from scoring.severity.design import Design, Floats


@dataclass(frozen=True)
class Summary:
    """What the ratings say at one pair of variance ratios (absorbed, kept).

    Attributes
    ----------
    mean
        Generalised least-squares mean, on the rating scale.
    left
        ``y'Py``; divided by ``n - 1`` the residual variance.
    scores_absorbed, scores_kept
        ``A'Py`` and ``B'Py``; a ratio times its scores is the shrunken effect.
    ones_absorbed, ones_kept, information_of_mean
        ``A'V^-1 1``, ``B'V^-1 1`` and ``1'V^-1 1``.
    """

    ratios: Floats
    mean: float
    left: float
    freedom: int
    scores_absorbed: Floats
    scores_kept: Floats
    ones_absorbed: Floats
    ones_kept: Floats
    information_of_mean: float

    @property
    def residual(self) -> float:
        """The residual variance."""
        return self.left / self.freedom

    @property
    def squares(self) -> Floats:
        """Squared scores (absorbed, kept): the fit's part of the gradient."""
        pair = (self.scores_absorbed, self.scores_kept)
        return np.array([float(score @ score) for score in pair])

    @property
    def effects(self) -> tuple[Floats, Floats]:
        """The shrunken effects (absorbed, kept)."""
        return self.ratios[0] * self.scores_absorbed, self.ratios[1] * self.scores_kept

    def gradient(self, traces: Floats) -> Floats:
        """Slope of the restricted criterion in the ratios, from the traces of ``Z'PZ``."""
        return traces - self.freedom * self.squares / self.left


class Forms(ABC):
    """Products ``x'V^-1 y`` at one pair of ratios; subclasses know how to solve with S."""

    def __init__(self, design: Design, ratios: Floats) -> None:
        self.design = design
        self.ratios = ratios
        self.absorbed_ratio, self.kept_ratio = (float(ratio) for ratio in ratios)
        self.shrink = 1 / (1 + self.absorbed_ratio * design.absorbed_n)

    @abstractmethod
    def solve(self, right: Floats) -> Floats:
        """Return ``S^-1 right`` for columns, shape (kept, columns)."""

    def forms(self, absorbed: Floats, kept: Floats, plain: Floats) -> tuple[Floats, Floats, Floats]:
        """Return ``R'V^-1 R``, ``A'V^-1 R``, ``B'V^-1 R`` from ``A'R``, ``B'R`` and ``R'R``."""
        shrunk = self.shrink[:, None] * absorbed
        remaining = kept - self.absorbed_ratio * (self.design.transposed @ shrunk)
        solved = self.solve(remaining)
        form = plain - self.absorbed_ratio * absorbed.T @ shrunk - self.kept_ratio * remaining.T @ solved
        return form, self._back(shrunk, solved), solved

    def _back(self, shrunk: Floats, solved: Floats) -> Floats:
        """Return ``A'V^-1 R`` from the weighted ``A'R`` and ``B'V^-1 R``."""
        return shrunk - self.kept_ratio * (self.shrink[:, None] * (self.design.counts @ solved))

    def summary(self) -> Summary:
        """Fit mean, residual and effects at these ratios."""
        design = self.design
        absorbed = np.column_stack([design.absorbed_n, design.absorbed_sum])
        kept = np.column_stack([design.kept_n, design.kept_sum])
        form, of_absorbed, of_kept = self.forms(absorbed, kept, np.diag([float(design.n), design.square]))
        mean = float(form[0, 1] / form[0, 0])
        return Summary(
            ratios=self.ratios,
            mean=design.mean + mean,
            left=float(form[1, 1]) - mean * float(form[0, 1]),
            freedom=design.n - 1,
            scores_absorbed=of_absorbed[:, 1] - mean * of_absorbed[:, 0],
            scores_kept=of_kept[:, 1] - mean * of_kept[:, 0],
            ones_absorbed=of_absorbed[:, 0],
            ones_kept=of_kept[:, 0],
            information_of_mean=float(form[0, 0]),
        )

    def curvature(self, summary: Summary) -> Floats:
        """Return the average information of the profiled criterion, shape (2, 2), positive semidefinite.

        Half observed and half expected information (Gilmour, Thompson & Cullis 1995, Biometrics 51): it needs
        ``x_i'P x_j`` for the working vectors ``x = A A'Py`` and ``x = B B'Py`` only.
        """
        products = self._working_products(summary.scores_absorbed, summary.scores_kept)
        squares = summary.squares
        return summary.freedom * (products / summary.left - np.outer(squares, squares) / summary.left**2)

    def _working_products(self, absorbed_scores: Floats, kept_scores: Floats) -> Floats:
        design = self.design
        of_kept = design.transposed @ absorbed_scores
        of_absorbed = design.counts @ kept_scores
        absorbed = np.column_stack([design.absorbed_n, design.absorbed_n * absorbed_scores, of_absorbed])
        kept = np.column_stack([design.kept_n, of_kept, design.kept_n * kept_scores])
        plain = np.empty((3, 3))  # products of the vectors 1, x_a and x_b with one another
        plain[0] = design.n, design.absorbed_n @ absorbed_scores, design.kept_n @ kept_scores
        plain[1] = plain[0, 1], absorbed_scores @ absorbed[:, 1], of_kept @ kept_scores
        plain[2] = plain[0, 2], plain[1, 2], kept_scores @ kept[:, 2]
        form, _, _ = self.forms(absorbed, kept, plain)
        return form[1:, 1:] - np.outer(form[1:, 0], form[0, 1:]) / form[0, 0]


def newton_step(ratios: Floats, gradient: Floats, curvature: Floats, free: Floats) -> Floats:
    """Return the Newton step of the free ratios; those at zero that want to go lower stay."""
    moving = ((ratios > 0) | (gradient < 0)) & free.astype(bool)
    step = np.zeros(2)
    if moving.any():
        part = curvature[np.ix_(moving, moving)]
        ridge = 1e-9 * np.trace(part) * np.eye(int(moving.sum()))
        step[moving] = -np.linalg.solve(part + ridge, gradient[moving])
    return step
