"""Restricted maximum likelihood where the reduced system is too large to invert.

Systems are solved by preconditioned conjugate gradients; the traces in the gradient are estimated from a few
random signs (Hutchinson 1990, Commun. Stat. Simul. 19), the same in every step, so that the steps converge.
What that costs in precision is estimated from the spread between the signs and reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.severity.design import Design, Floats
from scoring.severity.forms import Forms, Summary, newton_step
from scoring.severity.reml import LARGEST_RATIO, check_agreement

PROBES = 16
_SEED = 20_090_531
_PRECISION = 1e-8
_MOST_ITERATIONS = 1000
_TOLERANCE = 1e-5
_MOST_STEPS = 60
_LONGEST_STEP = 3.0
_SWEEPS = 20


class IterativeForms(Forms):
    """Forms by conjugate gradients, all right-hand sides at once, with the diagonal as preconditioner."""

    def __init__(self, design: Design, ratios: Floats) -> None:
        super().__init__(design, ratios)
        crossed = design.transposed.power(2) @ self.shrink
        diagonal = 1 + self.kept_ratio * (design.kept_n - self.absorbed_ratio * crossed)
        self.diagonal = np.maximum(diagonal, 1.0)[:, None]

    def apply(self, columns: Floats) -> Floats:
        """Return ``S columns``."""
        design = self.design
        crossed = design.transposed @ (self.shrink[:, None] * (design.counts @ columns))
        return columns + self.kept_ratio * (design.kept_n[:, None] * columns - self.absorbed_ratio * crossed)

    def solve(self, right: Floats) -> Floats:
        """Iterate until every column is precise to 1e-8 relative."""
        solution = right / self.diagonal
        residual = right - self.apply(solution)
        direction = residual / self.diagonal
        size = _dots(residual, direction)
        goal = _PRECISION**2 * _dots(right, right / self.diagonal)
        for _ in range(_MOST_ITERATIONS):
            if (size <= goal).all():
                return solution
            image = self.apply(direction)
            length = _ratio(size, _dots(direction, image))
            solution += length * direction
            residual -= length * image
            conditioned = residual / self.diagonal
            size, before = _dots(residual, conditioned), size
            direction = conditioned + _ratio(size, before) * direction
        raise ScoringError(say("The severity equations did not converge. Check the ratings for copied blocks."))


def _dots(left: Floats, right: Floats) -> Floats:
    return np.einsum("ij,ij->j", left, right)


def _ratio(over: Floats, under: Floats) -> Floats:
    return np.divide(over, under, out=np.zeros_like(over), where=under > 0)


@dataclass(frozen=True)
class LargeFit:
    """A Monte-Carlo fit: its summary, approximate reliabilities (absorbed, kept), and the precision.

    ``relative_error`` is the Monte-Carlo standard error of the variance ratios over their values, shape (2,).
    """

    summary: Summary
    reliabilities: tuple[Floats, Floats]
    relative_error: Floats


class _Traces:
    """Estimates of the traces of ``A'PA`` and ``B'PB`` from fixed random signs."""

    def __init__(self, design: Design) -> None:
        rng = np.random.default_rng(_SEED)
        self.design = design
        self.absorbed = rng.choice([-1.0, 1.0], (len(design.absorbed_n), PROBES))
        self.kept = rng.choice([-1.0, 1.0], (len(design.kept_n), PROBES))

    def samples(self, forms: Forms) -> Floats:
        """Return one estimate of both traces per probe, shape (2, probes).

        A probe ``x = A w`` has the sums ``A'x = n_a w`` and ``B'x = C'w``; ``w'A'PAw`` needs its product with
        itself and with the ones.
        """
        design = self.design
        absorbed = np.hstack([design.absorbed_n[:, None] * self.absorbed, design.counts @ self.kept])
        kept = np.hstack([design.transposed @ self.absorbed, design.kept_n[:, None] * self.kept])
        ones = np.column_stack([design.absorbed_n]), np.column_stack([design.kept_n])
        _, of_absorbed, of_kept = forms.forms(np.hstack([ones[0], absorbed]), np.hstack([ones[1], kept]), np.zeros(()))
        own = np.concatenate(
            [_dots(self.absorbed, of_absorbed[:, 1 : PROBES + 1]), _dots(self.kept, of_kept[:, PROBES + 1 :])]
        )
        with_ones = np.concatenate([of_absorbed[:, 0] @ self.absorbed, of_kept[:, 0] @ self.kept])
        information = design.n - forms.absorbed_ratio * design.absorbed_n @ (forms.shrink * design.absorbed_n)
        remaining = design.kept_n - forms.absorbed_ratio * (design.transposed @ (forms.shrink * design.absorbed_n))
        information -= forms.kept_ratio * remaining @ of_kept[:, 0]
        return (own - with_ones**2 / information).reshape(2, PROBES)


@dataclass(frozen=True)
class _Point:
    """The estimated gradient, and the curvature, at one pair of ratios."""

    design: Design
    summary: Summary
    samples: Floats
    curvature: Floats

    @property
    def gradient(self) -> Floats:
        return self.summary.gradient(self.samples.mean(axis=1))

    def fit(self) -> LargeFit:
        ratios = self.summary.ratios
        reliabilities = _reliabilities(self.design, ratios, self.samples.mean(axis=1))
        return LargeFit(self.summary, reliabilities, _relative_error(ratios, self.samples, self.curvature))


def _evaluate(design: Design, ratios: Floats, traces: _Traces) -> _Point:
    forms = IterativeForms(design, ratios)
    summary = forms.summary()
    return _Point(design, summary, traces.samples(forms), forms.curvature(summary))


def fit_large_at(design: Design, ratios: Floats) -> LargeFit:
    """Fit effects at given variance ratios (absorbed, kept)."""
    return _evaluate(design, ratios, _Traces(design)).fit()


def minimise_large(design: Design, start: Floats) -> LargeFit:
    """Find the variance ratios at which the estimated gradient vanishes, by bounded Newton steps.

    Raises
    ------
    ScoringError
        Where the raters agree perfectly, or the steps do not converge.
    """
    traces, ratios = _Traces(design), start
    for _ in range(_MOST_STEPS):
        point = _evaluate(design, ratios, traces)
        step = newton_step(ratios, point.gradient, point.curvature, np.array([True, True]))
        if -float(point.gradient @ step) < _TOLERANCE:
            return point.fit()
        ratios = _bounded(ratios, step)
        check_agreement(ratios)
    raise ScoringError(say("The severity model did not converge. Check the ratings for copied or constant blocks."))


def _bounded(ratios: Floats, step: Floats) -> Floats:
    """Take the step, but change no ratio by more than a factor of three (down to zero once it is tiny)."""
    target = np.where(ratios < 1e-6, np.maximum(ratios + step, 0), ratios + step)
    lowest = np.where(ratios < 1e-6, 0.0, ratios / _LONGEST_STEP)
    return np.clip(target, lowest, np.minimum(np.maximum(_LONGEST_STEP * ratios, 0.01), LARGEST_RATIO))


def _relative_error(ratios: Floats, samples: Floats, curvature: Floats) -> Floats:
    """Carry the standard error of the mean trace through to the ratios."""
    noise = np.cov(samples) / samples.shape[1]
    inverse = np.linalg.pinv(curvature)
    error = np.sqrt(np.diag(inverse @ noise @ inverse))
    return np.divide(error, ratios, out=np.zeros(2), where=ratios > 0)


def _reliabilities(design: Design, ratios: Floats, traces: Floats) -> tuple[Floats, Floats]:
    """Return approximate reliabilities whose mean is the Monte-Carlo mean.

    Each rating counts by its error plus what is not known of the other side's effect, iterated to a fixed
    point; that leaves out the loops in who rated whom, which the traces put right on average.
    """
    unknown = [
        np.full(len(levels), ratio) for levels, ratio in zip((design.absorbed_n, design.kept_n), ratios, strict=True)
    ]
    for _ in range(_SWEEPS):
        unknown[0] = ratios[0] / (1 + ratios[0] * (design.counts @ (1 / (1 + unknown[1]))))
        unknown[1] = ratios[1] / (1 + ratios[1] * (design.transposed @ (1 / (1 + unknown[0]))))
    absorbed, kept = (_calibrated(*parts) for parts in zip(unknown, ratios, traces, strict=True))
    return absorbed, kept


def _calibrated(unknown: Floats, ratio: float, trace: float) -> Floats:
    if ratio == 0:
        return np.zeros_like(unknown)
    share = unknown / ratio
    wanted = 1 - ratio * trace / len(share)
    return np.clip(1 - share * wanted / share.mean(), 0, 1)
