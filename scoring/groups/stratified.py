"""Do two groups differ on an item among people of like score? Mantel-Haenszel, Mantel and standardisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc
from scipy.stats import norm

from scoring.groups.checks import Plain

DELTA = -2.35
"""From the logarithm of an odds ratio to the delta scale of Educational Testing Service."""

NEGLIGIBLE_DELTA, LARGE_DELTA = 1.0, 1.5
NEGLIGIBLE_SMD, LARGE_SMD = 0.17, 0.25


@dataclass(frozen=True)
class MantelHaenszel(Plain):
    """One choice of two groups, stratum by stratum.

    Attributes
    ----------
    chi2, p : float
        With continuity correction.
    odds_ratio : float
        Common odds ratio, reference group over focal group.
    delta, delta_error : float
        ``-2.35 log odds ratio`` and its standard error (Robins, Breslow & Greenland 1986); below zero where
        the focal group chooses it less often.
    letter : str
        A, B or C as ETS classes them; empty where there is nothing to tell.
    """

    chi2: float
    p: float
    odds_ratio: float
    delta: float
    delta_error: float
    letter: str


NO_CHOICE = MantelHaenszel(np.nan, np.nan, np.nan, np.nan, np.nan, "")
"""A choice that nobody, everybody or only one group makes, or that too few people were asked for."""


def mantel_haenszel(chosen: np.ndarray, focal: np.ndarray, strata: np.ndarray) -> MantelHaenszel:
    """Compare a dichotomous choice (Mantel & Haenszel 1959; Holland & Thayer 1988).

    Parameters
    ----------
    chosen, focal : boolean ndarray of shape (n,)
    strata : ndarray of int, shape (n,)
    """
    A, B = _cells(chosen & ~focal, strata), _cells(~chosen & ~focal, strata)
    C, D = _cells(chosen & focal, strata), _cells(~chosen & focal, strata)
    N = np.maximum(A + B + C + D, 1.0)
    expected = (A + B) * (A + C) / N
    variance = float(np.sum((A + B) * (C + D) * (A + C) * (B + D) / (N**2 * np.maximum(N - 1, 1.0))))
    R, S = A * D / N, B * C / N
    if variance <= 0 or R.sum() <= 0 or S.sum() <= 0:
        return NO_CHOICE
    statistic = max(0.0, abs(float(np.sum(A - expected))) - 0.5) ** 2 / variance
    ratio = float(R.sum() / S.sum())
    delta, error = DELTA * float(np.log(ratio)), -DELTA * _log_error((A + D) / N, (B + C) / N, R, S)
    p = float(chdtrc(1, statistic))
    return MantelHaenszel(statistic, p, ratio, delta, error, letter_of_delta(delta, error, p))


def _cells(who: np.ndarray, strata: np.ndarray) -> np.ndarray:
    return np.bincount(strata, who.astype(float), minlength=int(strata.max()) + 1)


def _log_error(P: np.ndarray, Q: np.ndarray, R: np.ndarray, S: np.ndarray) -> float:
    """Standard error of the logarithm of the common odds ratio."""
    r, s = R.sum(), S.sum()
    terms = np.sum(P * R) / r**2 + np.sum(P * S + Q * R) / (r * s) + np.sum(Q * S) / s**2
    return float(np.sqrt(terms / 2))


def letter_of_delta(delta: float, error: float, p: float) -> str:
    """ETS class: A negligible, C large and surely above 1, B between (Zieky 1993)."""
    if not np.isfinite(delta):
        return ""
    if p >= 0.05 or abs(delta) < NEGLIGIBLE_DELTA:
        return "A"
    surely = abs(delta) - norm.ppf(0.95) * error > NEGLIGIBLE_DELTA
    return "C" if abs(delta) >= LARGE_DELTA and surely else "B"


@dataclass(frozen=True)
class StandardisedDifference(Plain):
    """An item score of two groups, stratum by stratum.

    Attributes
    ----------
    chi2, p : float
        Mantel's test for ordered scores.
    difference, error : float
        Mean of focal less reference over the focal group's strata, in standard deviations of the item, and
        its standard error.
    letter : str
        A up to .17, B up to .25, C above; A where the test shows nothing; empty where nothing can be told.
    """

    chi2: float
    p: float
    difference: float
    error: float
    letter: str


NO_DIFFERENCE = StandardisedDifference(np.nan, np.nan, np.nan, np.nan, "")
"""An item that tells nobody apart, or that too few people answered."""


def standardised_difference(values: np.ndarray, focal: np.ndarray, strata: np.ndarray) -> StandardisedDifference:
    """Compare an item's scores (Mantel 1963; Dorans & Schmitt 1991; classes of Zwick, Thayer & Mazzeo 1997)."""
    reference = ~focal
    n_f, n_r = _cells(focal, strata), _cells(reference, strata)
    N, sums, squares = n_f + n_r, _sums(values, strata), _sums(values**2, strata)
    both = (n_f > 0) & (n_r > 0)
    scatter = np.maximum(N * squares - sums**2, 0.0) / (np.maximum(N, 1.0) ** 2 * np.maximum(N - 1, 1.0))
    variance = float(np.sum((n_f * n_r * scatter)[both]))
    spread = float(values.std())
    if variance <= 1e-15 or spread < 1e-9:
        return NO_DIFFERENCE
    excess = float(np.sum((_sums(values * focal, strata) - n_f * sums / np.maximum(N, 1.0))[both]))
    p = float(chdtrc(1, excess**2 / variance))
    difference, error = _weighted_difference(values, focal, strata, n_f * both)
    difference, error = difference / spread, error / spread
    return StandardisedDifference(excess**2 / variance, p, difference, error, _letter_of_smd(difference, p))


def _sums(values: np.ndarray, strata: np.ndarray) -> np.ndarray:
    return np.bincount(strata, values, minlength=int(strata.max()) + 1)


def _weighted_difference(
    values: np.ndarray, focal: np.ndarray, strata: np.ndarray, weights: np.ndarray
) -> tuple[float, float]:
    share = weights / weights.sum()
    means, variances = zip(*(_moments(values, members, strata) for members in (focal, ~focal)), strict=True)
    return float(share @ (means[0] - means[1])), float(np.sqrt(share**2 @ (variances[0] + variances[1])))


def _moments(values: np.ndarray, members: np.ndarray, strata: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the mean per stratum; the spread within strata is taken as common."""
    n = np.maximum(_cells(members, strata), 1.0)
    means = _sums(values * members, strata) / n
    left = (values - means[strata])[members]
    freedom = max(len(left) - len(np.unique(strata[members])), 1)
    return means, float(left @ left) / freedom / n


def _letter_of_smd(difference: float, p: float) -> str:
    if p >= 0.05 or abs(difference) <= NEGLIGIBLE_SMD:
        return "A"
    return "C" if abs(difference) > LARGE_SMD else "B"
