"""Linking of one form to another: what a score on form B is worth on the scale of form A.

Linear linking from a single group, in which the same people answered both forms (Kolen & Brennan 2014, sections
4.2 and 7.3):

    l(x) = mean_A + (sd_A / sd_B) (x - mean_B)

so that linked scores have form A's mean and spread. Its standard error comes twice: analytically, for scores that
are jointly normal,

    SE(x)^2 = sd_A^2 (1 - r) / n * (2 + (1 + r) z^2),    z = (x - mean_B) / sd_B,

and by the bootstrap over people, which asks for no distribution. Both say how well the link is known, not how
precise one person's score is. Which form was answered first is not told apart from how hard the form is: let half
of the people begin with either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from questionnaires.words import Sentence, say
from scoring.errors import ScoringError

FEWEST_TO_LINK = 100
"""Fewer people than this who took both forms link nothing: with 100 and a correlation of .7 the standard error is
.08 of a standard deviation in the middle and .16 at two standard deviations from it."""

FEWEST_IN_COMMON = 0.30
"""Forms that correlate less than this do not rank people alike, and a link would claim that they do."""

RESAMPLES = 1000
AT_ONCE = 2_000_000
"""Numbers drawn at once while people are resampled."""

_STILL = 1e-12


@dataclass(frozen=True)
class Linking:
    """The line from form B's scores to form A's scale.

    Attributes
    ----------
    slope, intercept : float
        ``linked = intercept + slope * score on B``.
    n : int
        People who answered both forms.
    correlation : float
        Of the two scores over these people.
    mean_a, mean_b, sd_a, sd_b : float
        In score units.
    draws : tuple of float
        Variance of the intercept, covariance of intercept and slope, variance of the slope, over resampled people.
    """

    slope: float
    intercept: float
    n: int
    correlation: float
    mean_a: float
    mean_b: float
    sd_a: float
    sd_b: float
    draws: tuple[float, float, float]

    def apply(self, scores: ArrayLike) -> np.ndarray:
        """Bring scores on form B (any shape) to form A's scale."""
        return self.intercept + self.slope * np.asarray(scores, dtype=float)

    def se(self, scores: ArrayLike) -> np.ndarray:
        """Standard error of the link at these scores on form B, for jointly normal scores; on form A's scale."""
        z = (np.asarray(scores, dtype=float) - self.mean_b) / self.sd_b
        r = self.correlation
        return self.sd_a * np.sqrt(max(1.0 - r, 0.0) / self.n * (2.0 + (1.0 + r) * z * z))

    def bootstrap_se(self, scores: ArrayLike) -> np.ndarray:
        """The same standard error by resampling people."""
        x = np.asarray(scores, dtype=float)
        constant, both, slope = self.draws
        return np.sqrt(np.maximum(constant + 2.0 * both * x + slope * x * x, 0.0))

    def statement(self) -> Sentence:
        """What has to be said wherever linked scores are shown."""
        ends = self.mean_b + 2.0 * self.sd_b * np.array([-1.0, 0.0, 1.0])
        worst = np.maximum(self.se(ends), self.bootstrap_se(ends))
        return say(
            "Scores of the other form are linked through %(n)s people who took both (correlation %(r)s). The link's "
            "standard error is %(middle)s in the middle and %(far)s two standard deviations from it.",
            n=self.n,
            r=f"{self.correlation:.2f}",
            middle=f"{worst[1]:.3g}",
            far=f"{max(worst[0], worst[2]):.3g}",
        )

    def to_plain(self) -> dict[str, float | int | list[float]]:
        """JSON-able values."""
        names = ("slope", "intercept", "n", "correlation", "mean_a", "mean_b", "sd_a", "sd_b")
        return {**{name: getattr(self, name) for name in names}, "draws": list(self.draws)}


def link(scores_a: Sequence[float], scores_b: Sequence[float], *, seed: int = 0) -> Linking:
    """Link form B to form A through people who answered both.

    Parameters
    ----------
    scores_a, scores_b : sequences of n numbers
        The same people's scores on both forms, in the same order.
    seed
        Of the resampling.

    Raises
    ------
    ScoringError
        Where fewer than 100 people took both, scores are missing or all alike, or the forms hardly correlate.
    """
    a, b = _checked(scores_a), _checked(scores_b)
    _refuse_unequal(a, b)
    mean_a, mean_b, sd_a, sd_b = float(a.mean()), float(b.mean()), float(a.std()), float(b.std())
    if min(sd_a, sd_b) <= _STILL:
        raise ScoringError(say("All scores of one form are alike, so that they link to nothing. Check the scores."))
    correlation = float(np.mean((a - mean_a) * (b - mean_b)) / (sd_a * sd_b))
    if correlation < FEWEST_IN_COMMON:
        raise ScoringError(
            say(
                "The two forms correlate %(r)s only; below %(least)s they do not measure the same and cannot be "
                "linked. Check that both columns are the same people's, or revise the form.",
                r=f"{correlation:.2f}",
                least=f"{FEWEST_IN_COMMON:.2f}",
            )
        )
    slope = sd_a / sd_b
    draws = _resampled(a, b, seed)
    return Linking(slope, mean_a - slope * mean_b, len(a), correlation, mean_a, mean_b, sd_a, sd_b, draws)


def _checked(scores: Sequence[float]) -> np.ndarray:
    values = np.asarray(scores, dtype=float)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ScoringError(say("Linking needs one finite score per person and form. Leave out people without both."))
    return values


def _refuse_unequal(a: np.ndarray, b: np.ndarray) -> None:
    if len(a) != len(b):
        raise ScoringError(
            say(
                "There are %(a)s scores of one form and %(b)s of the other. Give the same people's, in the same order.",
                a=len(a),
                b=len(b),
            )
        )
    if len(a) < FEWEST_TO_LINK:
        raise ScoringError(
            say(
                "%(n)s people took both forms; a link needs at least %(least)s. Until then the other form is scored "
                "by its key.",
                n=len(a),
                least=FEWEST_TO_LINK,
            )
        )


def _resampled(a: np.ndarray, b: np.ndarray, seed: int) -> tuple[float, float, float]:
    """Variances and covariance of intercept and slope over people drawn with replacement."""
    rng, n = np.random.default_rng(seed), len(a)
    one, other = (a - a.mean()) / a.std(), (b - b.mean()) / b.std()
    columns = np.column_stack([one, other, one * one, other * other])
    rows = max(1, AT_ONCE // n)
    sizes = [min(rows, RESAMPLES - start) for start in range(0, RESAMPLES, rows)]
    means = np.vstack([rng.multinomial(n, np.full(n, 1.0 / n), size=size) @ columns for size in sizes]) / n
    spread_a, spread_b = (np.sqrt(np.maximum(means[:, 2 + k] - means[:, k] ** 2, _STILL)) for k in (0, 1))
    slope = float(a.std() / b.std()) * spread_a / spread_b
    intercept = a.mean() + a.std() * means[:, 0] - slope * (b.mean() + b.std() * means[:, 1])
    found = np.cov(intercept, slope)
    return float(found[0, 0]), float(found[0, 1]), float(found[1, 1])
