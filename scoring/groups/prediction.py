"""Differential prediction: does one line from score to criterion serve every group alike (Cleary 1968)?

The comparison of lines is a statement about this criterion. A criterion that is itself harder on a group
hides just that from every figure here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.groups.checks import CANNOT_TELL, SMALLEST_GROUP, Labels, Plain, grouping, numbers, weights_of
from scoring.groups.least_squares import Fit, fit

LEVEL = 0.05
Z = float(norm.ppf(1 - LEVEL / 2))
SLOPES, INTERCEPTS, NOT_SHOWN = "slopes_differ", "intercepts_differ", "no_difference_shown"


@dataclass(frozen=True)
class Estimate(Plain):
    """A value with its 95 % interval and the p-value of its being zero."""

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Prediction(Plain):
    """The regression of the criterion on the score, in one group against the reference group.

    Attributes
    ----------
    focal, reference : str
    n_focal, n_reference : int
    p_any : float
        That one line serves both groups: intercept and slope tested together.
    slope : Estimate
        Focal slope less reference slope, criterion units per standard deviation of the score.
    intercept : Estimate
        Focal line less reference line at the mean score, with one slope for both: criterion units.
    error_focal, error_reference : Estimate
        Mean of criterion less common prediction, in standard deviations of the criterion. Below zero: the
        common line promises more than the group's people reach.
    finding : str
        ``slopes_differ``, ``intercepts_differ``, ``no_difference_shown`` or ``cannot_tell``.
    note : str
    """

    focal: str
    reference: str
    n_focal: int
    n_reference: int
    p_any: float
    slope: Estimate
    intercept: Estimate
    error_focal: Estimate
    error_reference: Estimate
    finding: str
    note: str


UNKNOWN = Estimate(np.nan, np.nan, np.nan, np.nan)


def differential_prediction(
    scores: ArrayLike,
    criterion: ArrayLike,
    group: Labels,
    reference: str | None = None,
    weights: ArrayLike | None = None,
) -> tuple[Prediction, ...]:
    """Compare every group's regression with the reference group's.

    Step down (Lautenschlager & Mendoza 1986): first whether anything differs, then the slope, then the
    intercept. Standard errors are HC3. Scores have to be out of fold where they were trained on this
    criterion.

    Parameters
    ----------
    scores, criterion : array of shape (n,)
    group : sequence of n
        Labels; None where not known.
    reference : str, optional
        Otherwise the largest group.
    weights : array of shape (n,), optional
        For example those of de-regressed ratings.

    Raises
    ------
    ScoringError
        Where arrays do not fit, values are missing, there is one group only, or everybody has the same score
        or the same criterion.
    """
    s = numbers(scores, None, "scores")
    y = numbers(criterion, len(s), "criterion")
    w = weights_of(weights, len(s))
    groups = grouping(group, len(s))
    for values, what in ((s, "scores"), (y, "criterion")):
        _refuse_constant(values, what)
    base = groups.reference(reference)
    against = groups.members(base)
    return tuple(_compare(s, y, w, groups.members(name), against, (name, base)) for name in groups.others(base))


def _refuse_constant(values: np.ndarray, what: str) -> None:
    if np.ptp(values) < 1e-12:
        told = say("“%(what)s” is the same for everybody.", what=what)
        raise ScoringError(told, say("Give values that tell people apart."))


def _compare(
    s: np.ndarray, y: np.ndarray, w: np.ndarray, focal: np.ndarray, against: np.ndarray, names: tuple[str, str]
) -> Prediction:
    sizes = (int(focal.sum()), int(against.sum()))
    who = focal | against
    if min(sizes) < SMALLEST_GROUP or min(np.ptp(s[focal]), np.ptp(s[against]), np.ptp(y[who])) < 1e-12:
        return Prediction(*names, *sizes, np.nan, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, CANNOT_TELL, _note(CANNOT_TELL))
    s, y, w, group = s[who], y[who], w[who], focal[who].astype(float)
    z = (s - np.average(s, weights=w)) / s.std()
    both = np.column_stack([np.ones(len(z)), z, group, z * group])
    full, parallel, common = (fit(both[:, :columns], y, w) for columns in (4, 3, 2))
    p_any = full.wald([2, 3])
    slope, intercept = _estimate(full, 3), _estimate(parallel, 2)
    errors = [_mean_error(common.residuals, w, group == g, float(y.std())) for g in (1.0, 0.0)]
    finding = _finding(p_any, slope.p, intercept.p)
    return Prediction(*names, *sizes, p_any, slope, intercept, errors[0], errors[1], finding, _note(finding))


def _estimate(found: Fit, column: int) -> Estimate:
    value, error = float(found.slopes[column]), float(found.errors[column])
    return Estimate(value, value - Z * error, value + Z * error, found.wald([column]))


def _mean_error(residuals: np.ndarray, w: np.ndarray, members: np.ndarray, spread: float) -> Estimate:
    """Weighted mean residual of some people, as if the common line were known."""
    left, share = residuals[members], w[members] / w[members].sum()
    mean = float(share @ left)
    error = float(np.sqrt(share**2 @ (left - mean) ** 2))
    p = float(2 * norm.sf(abs(mean) / error)) if error > 0 else np.nan
    return Estimate(mean / spread, (mean - Z * error) / spread, (mean + Z * error) / spread, p)


def _finding(p_any: float, p_slope: float, p_intercept: float) -> str:
    if not p_any < LEVEL:
        return NOT_SHOWN
    if p_slope < LEVEL:
        return SLOPES
    return INTERCEPTS if p_intercept < LEVEL else NOT_SHOWN


def _note(finding: str) -> str:
    if finding == SLOPES:
        return say("The score says more about the criterion in one group than in the other.")
    if finding == INTERCEPTS:
        return say("People with the same score reach different values of the criterion in the two groups.")
    if finding == CANNOT_TELL:
        return say("Too few people in one of the groups, or no spread among them: nothing can be told.")
    return say("No difference is shown. With few people that is no proof that there is none.")
