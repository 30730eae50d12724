"""Thorndike's case II: what a correlation would be among people who were not selected. Shown, never used."""

from __future__ import annotations

from math import isfinite, sqrt

from questionnaires.words import say
from scoring.errors import ScoringError


def correct_for_range_restriction(r: float, unrestricted_sd: float, restricted_sd: float) -> float:
    """Return the correlation corrected for direct selection on the predictor.

    Parameters
    ----------
    r : float
        Correlation of predictor and criterion among those selected, in -1..1.
    unrestricted_sd : float
        Standard deviation of the predictor among everybody (applicants).
    restricted_sd : float
        Standard deviation of the predictor among those in whom ``r`` was found. A wider spread than everybody's
        makes the corrected correlation smaller.

    Returns
    -------
    float
        ``U r / sqrt(1 + r^2 (U^2 - 1))`` with ``U = unrestricted_sd / restricted_sd`` (Thorndike 1949, case II).
        Holds where selection was on this predictor alone, the regression is linear and its residuals spread alike
        everywhere.

    Raises
    ------
    ScoringError
        Where ``r`` is no correlation or a standard deviation is not positive.
    """
    if not (isfinite(r) and -1.0 <= r <= 1.0):
        raise ScoringError(say("A correlation lies between -1 and 1, but this one is %(r)s.", r=f"{r:g}"))
    if not (_positive(unrestricted_sd) and _positive(restricted_sd)):
        raise ScoringError(
            say("Range restriction needs two spreads above 0. Give scores that differ between people, in both groups.")
        )
    ratio = unrestricted_sd / restricted_sd
    return ratio * r / sqrt(1.0 + r * r * (ratio * ratio - 1.0))


def _positive(spread: float) -> bool:
    return isfinite(spread) and spread > 0.0
