"""How far the mean score moved, with its interval and in standard deviations."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import t

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.shift.samples import check_numbers


@dataclass(frozen=True)
class MeanShift:
    """Applicants' mean score less the staff's.

    Attributes
    ----------
    difference, low, high : float
        In units of the score, with Welch's 95 % interval.
    standardised, standardised_low, standardised_high : float
        The same over the staff's standard deviation, which is the yardstick on which the model was trained.
    spread_ratio : float
        Applicants' standard deviation over the staff's.
    p : float
        Welch's two-sided test.
    """

    difference: float
    low: float
    high: float
    standardised: float
    standardised_low: float
    standardised_high: float
    spread_ratio: float
    p: float

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


def mean_shift(staff: np.ndarray, applicants: np.ndarray) -> MeanShift:
    """Compare the scores of staff (n,) and applicants (m,).

    The standardised interval adds what is not known about the staff's standard deviation:
    ``var(d) = var(difference) / sd^2 + d^2 / (2 (n - 1))``.

    Raises
    ------
    ScoringError
        Where a group has fewer than 10 people, values are not finite, or the staff all score the same.
    """
    staff, applicants = np.asarray(staff, dtype=float).ravel(), np.asarray(applicants, dtype=float).ravel()
    check_numbers(staff, applicants)
    spread = float(staff.std(ddof=1))
    if spread < 1e-12:
        raise ScoringError(say("All staff have the same score, so that a shift has no yardstick."))
    parts = [values.var(ddof=1) / len(values) for values in (staff, applicants)]
    error = float(np.sqrt(sum(parts)))
    freedom = _welch_freedom(parts, [len(staff), len(applicants)])
    difference = float(applicants.mean() - staff.mean())
    reach = float(t.ppf(0.975, freedom))
    d = difference / spread
    d_error = float(np.sqrt((error / spread) ** 2 + d**2 / (2 * (len(staff) - 1))))
    return MeanShift(
        difference=difference,
        low=difference - reach * error,
        high=difference + reach * error,
        standardised=d,
        standardised_low=d - reach * d_error,
        standardised_high=d + reach * d_error,
        spread_ratio=float(applicants.std(ddof=1)) / spread,
        p=float(2 * t.sf(abs(difference) / error, freedom)),
    )


def _welch_freedom(parts: list[float], sizes: list[int]) -> float:
    below = sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    return float(sum(parts) ** 2 / below)
