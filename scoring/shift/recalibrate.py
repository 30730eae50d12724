"""Moving the intercept when outcomes of hired applicants arrive; slopes stay.

People are hired because of their score, so that its range is cut and the slope among them says little about the
slope among applicants. The mean error at the scores they have is not touched by that: selection on the score leaves
``E[outcome | score]`` as it is. So the intercept is what may be learned, and it is learned with restraint.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from questionnaires.words import packed, say
from scoring.errors import ScoringError

FEWEST_OUTCOMES = 20
"""Below this many outcomes nothing moves at all."""

PRIOR_LOGITS = 0.5
"""Standard deviation of the shift expected before any outcome, on the logit scale (.33 becomes .23 or .45)."""

PRIOR_SPREADS = 0.3
"""The same for ratings, in standard deviations of the prediction's error."""

_STEPS = 50


@dataclass(frozen=True)
class Recalibration:
    """How far the intercept moves.

    Attributes
    ----------
    kind : str
        ``outcomes`` (shift in logits) or ``ratings`` (shift in units of the rating).
    people : int
    applied : bool
        Whether there were enough outcomes; if not, ``shift`` is 0.
    shift, error : float
        What is added, and its standard error (posterior).
    unshrunken : float
        The shift that would repair calibration-in-the-large exactly; None where everybody had the same outcome, which
        no finite shift repairs.
    expected, observed : float
        Mean prediction and mean outcome of these people before the move.
    """

    kind: str
    people: int
    applied: bool
    shift: float
    error: float
    unshrunken: float | None
    expected: float
    observed: float

    def probabilities(self, p: np.ndarray) -> np.ndarray:
        """Move probabilities (n,) by a shift in logits."""
        if self.kind != "outcomes":
            raise ScoringError(say("This recalibration is of ratings. Move the expected rating instead."))
        return p if not self.shift else expit(logit(np.clip(p, 1e-12, 1 - 1e-12)) + self.shift)

    def ratings(self, expected: np.ndarray) -> np.ndarray:
        """Move expected ratings, or the ends of their intervals, by a shift in ratings."""
        if self.kind != "ratings":
            raise ScoringError(say("This recalibration is of outcomes. Move the probability instead."))
        return expected + self.shift

    def top_probabilities(self, p: np.ndarray, spread: float) -> np.ndarray:
        """Move probabilities of passing a cut, from a Gaussian predictive distribution of this ``spread``."""
        if self.kind != "ratings":
            raise ScoringError(say("This recalibration is of outcomes. Move the probability instead."))
        return norm.cdf(norm.ppf(p) + self.shift / spread)

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        if not self.applied:
            return say(
                "%(n)s outcomes of hired people are too few to recalibrate; %(fewest)s are needed.",
                n=self.people,
                fewest=FEWEST_OUTCOMES,
            )
        return say(
            "Recalibrated on %(n)s outcomes of hired people: the intercept moved, the order of people did not.",
            n=self.people,
        )

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "sentence": packed(self.sentence)}


def recalibrate_outcomes(predicted: np.ndarray, outcomes: np.ndarray, *, prior: float = PRIOR_LOGITS) -> Recalibration:
    """Learn a shift in logits from what became of hired people.

    Maximises the likelihood of ``expit(logit(predicted) + shift)`` with a normal prior of mean 0 on the shift: with few
    outcomes it stays near 0, with many it repairs calibration-in-the-large.

    Parameters
    ----------
    predicted : ndarray of shape (n,)
        Probabilities given at the time, before anything was known.
    outcomes : ndarray of shape (n,)
        0 or 1, or between (a tied top third counts in part).
    prior : float
        Standard deviation of the shift expected beforehand.

    Raises
    ------
    ScoringError
        Where numbers are missing, no probabilities or no outcomes, or the two differ in length.
    """
    p, y = _pair(predicted, outcomes)
    if ((p <= 0) | (p >= 1)).any() or ((y < 0) | (y > 1)).any():
        raise ScoringError(say("Probabilities lie between 0 and 1 and outcomes from 0 to 1. Check the two columns."))
    _check_prior(prior)
    shift, error = _posterior(logit(p), y, prior)
    free = _posterior(logit(p), y, 1e3)[0] if len(y) and 0.0 < y.mean() < 1.0 else None
    return _result("outcomes", p, y, shift, error, free, prior)


def _posterior(logits: np.ndarray, y: np.ndarray, prior: float) -> tuple[float, float]:
    """Mode and standard error of the shift, by Newton's steps of at most 1."""
    shift, precision = 0.0, prior**-2
    for _ in range(_STEPS):
        p = expit(logits + shift)
        information = float((p * (1 - p)).sum()) + precision
        step = (float((y - p).sum()) - shift * precision) / information
        shift += float(np.clip(step, -1.0, 1.0))
        if abs(step) < 1e-10:
            break
    p = expit(logits + shift)
    return shift, float((p * (1 - p)).sum() + precision) ** -0.5


def recalibrate_ratings(
    expected: np.ndarray, observed: np.ndarray, spread: float, *, prior: float = PRIOR_SPREADS
) -> Recalibration:
    """Learn a shift in rating units from ratings of hired people.

    ``shift = n / (n + 1 / prior^2) * mean(observed - expected)``: the normal prior's posterior mean.

    Parameters
    ----------
    expected, observed : ndarray of shape (n,)
        Ratings as predicted at the time, and as given since (by raters who did not see the score).
    spread : float
        Standard deviation of the prediction's error.
    prior : float
        Standard deviation of the shift expected beforehand, in units of ``spread``.

    Raises
    ------
    ScoringError
        Where numbers are missing, the two differ in length, or the spread is not positive.
    """
    x, y = _pair(expected, observed)
    if not (np.isfinite(spread) and spread > 0):
        raise ScoringError(say("The spread of the prediction's error must be above 0."))
    _check_prior(prior)
    share = len(x) / (len(x) + prior**-2) if len(x) else 0.0
    error = spread * (len(x) + prior**-2) ** -0.5
    free = float(np.mean(y - x)) if len(x) else 0.0
    return _result("ratings", x, y, share * free, error, free, prior * spread)


def _pair(predicted: np.ndarray, outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    p, y = np.asarray(predicted, dtype=float).ravel(), np.asarray(outcomes, dtype=float).ravel()
    if len(p) != len(y):
        raise ScoringError(say("Every hired person needs a prediction and an outcome, in the same order."))
    if not (np.isfinite(p).all() and np.isfinite(y).all()):
        raise ScoringError(say("Predictions and outcomes must be finite numbers. Leave out who has no outcome yet."))
    return p, y


def _check_prior(prior: float) -> None:
    if not (np.isfinite(prior) and prior > 0):
        raise ScoringError(say("The shift expected beforehand must be above 0."))


def _result(
    kind: str,
    predicted: np.ndarray,
    observed: np.ndarray,
    shift: float,
    error: float,
    free: float | None,
    prior: float,
) -> Recalibration:
    """Keep everything where there are enough outcomes, else say so and move nothing."""
    n = len(predicted)
    applied = n >= FEWEST_OUTCOMES
    means = (float(predicted.mean()), float(observed.mean())) if n else (0.0, 0.0)
    return Recalibration(kind, n, applied, shift if applied else 0.0, error if applied else prior, free, *means)
