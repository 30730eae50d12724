"""What became of people who were hired while a model scored them: predictive validity, apart from that among staff.

Nothing here ranks anybody. People were hired because of their score, so that its range is cut: the correlation among
them is smaller than among applicants, and the corrected one, shown beside it, rests on assumptions nobody can check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t

from scoring.correlation import correlate
from scoring.quality.group_check import exact_interval
from scoring.shift.range_restriction import correct_for_range_restriction
from scoring.shift.recalibrate import recalibrate_ratings

FEWEST_FOR_VALIDITY = 30
BANDS = 3


@dataclass(frozen=True)
class Hired:
    """People with an outcome, n of them.

    Attributes
    ----------
    predicted : ndarray of shape (n,)
        The score at the time of hiring.
    observed : ndarray of shape (n,)
        The criterion since, on the rating scale.
    calibrated : bool
        Whether the score is an expected rating; by the key alone it is not.
    top : ndarray of shape (n,) or None
        The probability of the top third that was given.
    threshold : float or None
        From which criterion on somebody counts as top.
    spread : float or None
        Standard deviation of the prediction's error among the staff.
    """

    predicted: np.ndarray
    observed: np.ndarray
    calibrated: bool
    top: np.ndarray | None = None
    threshold: float | None = None
    spread: float | None = None


def outcomes(hired: Hired, applicants_spread: float | None) -> dict[str, Any]:
    """Return the figures; below 30 people only their number, and the shift of the intercept from 20 on.

    Parameters
    ----------
    hired : Hired
    applicants_spread : float or None
        Standard deviation of the score among all applicants from whom they were chosen.
    """
    n = len(hired.predicted)
    found: dict[str, Any] = {"n": n, "told": n >= FEWEST_FOR_VALIDITY, "recalibration": _shift(hired)}
    if found["told"]:
        found |= {"validity": _validity(hired, applicants_spread), "bands": _bands(hired), "top": _top(hired)}
    return found


def _shift(hired: Hired) -> dict[str, Any] | None:
    if not hired.calibrated or hired.spread is None or not len(hired.predicted):
        return None
    return recalibrate_ratings(hired.predicted, hired.observed, hired.spread).to_plain()


def _validity(hired: Hired, applicants_spread: float | None) -> dict[str, Any]:
    """The correlation among the hired, the spread among them over that of applicants, the corrected correlation."""
    found = correlate(list(zip(hired.predicted.tolist(), hired.observed.tolist(), strict=True)))
    among = float(hired.predicted.std(ddof=1))
    ratio = among / applicants_spread if applicants_spread else None
    ends = {"r": found.r, "low": found.low, "high": found.high}
    corrected = {name: _corrected(value, applicants_spread, among) for name, value in ends.items()}
    return {**ends, "spread_ratio": ratio, **{f"{name}_corrected": value for name, value in corrected.items()}}


def _corrected(r: float | None, wide: float | None, narrow: float) -> float | None:
    if r is None or not wide or narrow <= 0.0:
        return None
    return correct_for_range_restriction(r, wide, narrow)


def _bands(hired: Hired) -> list[dict[str, Any]]:
    """Thirds of the hired by score, lowest first: what was expected and what came; empty by the key alone."""
    if not hired.calibrated:
        return []
    order = np.argsort(hired.predicted, kind="stable")
    return [_band(hired.predicted[rows], hired.observed[rows]) for rows in np.array_split(order, BANDS)]


def _band(expected: np.ndarray, observed: np.ndarray) -> dict[str, Any]:
    mean, n = float(observed.mean()), len(observed)
    reach = float(t.ppf(0.975, n - 1) * observed.std(ddof=1) / np.sqrt(n))
    return {
        "people": n,
        "expected": float(expected.mean()),
        "observed": mean,
        "low": mean - reach,
        "high": mean + reach,
    }


def _top(hired: Hired) -> dict[str, Any] | None:
    """The share in the top third that was promised, and what came."""
    if hired.top is None or hired.threshold is None:
        return None
    hits = int((hired.observed >= hired.threshold).sum())
    low, high = exact_interval(hits, len(hired.observed))
    share = hits / len(hired.observed)
    return {"promised": float(hired.top.mean()), "came": share, "low": low, "high": high}
