"""Hire or retrain: what selecting by this score is expected to bring, against the base rate.

Two roads to the same figure. The empirical one counts, among people the model had not seen, the share of top
people at the head of the list. Taylor & Russell's (1939) takes the correlation, the base rate and the
selection ratio, and assumes both variables jointly normal; it is smoother where people are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
from scipy.special import ndtri
from scipy.stats import multivariate_normal

from scoring.validation.cross_validation import HeldOut
from scoring.validation.resampling import SHARE, Draws, Interval, Weights, everybody, shares_among_hired

SELECTION_RATIOS = (0.1, 0.2, 0.3, 0.5, 0.7)

ASSUMPTIONS = {
    "applicants_like_staff": "Applicants answer like the staff did, who had nothing at stake.",
    "spread_like_staff": "Applicants differ from each other as much as staff do; a wider spread would bring more.",
    "top_down": "Those with the highest scores are hired, and all of them accept.",
    "observed_criterion": "Success is the rating that colleagues would give, errors of rating included.",
    "jointly_normal": "Taylor and Russell's figure takes score and rating to be jointly normal.",
}
"""What has to hold for these figures, by code; every report lists the codes."""


def taylor_russell(r: float, base_rate: float, selection_ratio: float) -> float:
    """Share of successes among those selected, ``P(criterion above its cut | score above its cut)``.

    Parameters
    ----------
    r
        Correlation of score and criterion.
    base_rate, selection_ratio
        Share of successes among everybody, share of people that is selected; both inside 0..1.

    Returns
    -------
    float
        The base rate where r is 0 (Taylor & Russell 1939).
    """
    cuts = [-float(ndtri(base_rate)), -float(ndtri(selection_ratio))]
    covariance = [[1.0, r], [r, 1.0]]
    below = multivariate_normal(cov=covariance, allow_singular=True).cdf(cuts)
    both = float(below) - 1.0 + base_rate + selection_ratio
    return float(np.clip(both / selection_ratio, 0.0, 1.0))


def hire_or_retrain(
    results: Sequence[HeldOut], draws: Draws, r: tuple[float, float | None, float | None], base_rate: float
) -> list[dict[str, float | None]]:
    """One row per selection ratio: the empirical share with its 90 % interval, and Taylor & Russell's.

    Parameters
    ----------
    results
        Out-of-fold predictions, repeat by repeat.
    r
        The cross-validated correlation and the ends of its interval.
    base_rate
        Share of top people among everybody.
    """
    point = _shares(results, everybody(len(results[0].criterion)))
    drawn = draws.over(lambda weights: _shares(results, weights))
    return [
        _row(ratio, point[_name(ratio)][0], draws.interval(drawn[_name(ratio)], SHARE), r, base_rate)
        for ratio in SELECTION_RATIOS
    ]


def _name(ratio: float) -> str:
    return f"{ratio:g}"


def _shares(results: Sequence[HeldOut], weights: Weights) -> dict[str, np.ndarray]:
    return {_name(ratio): _mean_share(results, ratio, weights) for ratio in SELECTION_RATIOS}


def _mean_share(results: Sequence[HeldOut], ratio: float, weights: Weights) -> np.ndarray:
    rows = [result.rows for result in results]
    shares = [
        shares_among_hired(result.probability[known], result.label[known], ratio, weights[:, known])
        for result, known in zip(results, rows, strict=True)
    ]
    return np.mean(shares, axis=0)


def _row(
    ratio: float,
    share: float,
    ends: Interval,
    r: tuple[float, float | None, float | None],
    base_rate: float,
) -> dict[str, float | None]:
    low, high = ends
    expected = [_taylor_russell_or_none(value, base_rate, ratio) for value in r]
    return {
        "selection_ratio": ratio,
        "expected_share": float(share),
        "low": float(share) if low is None else min(low, float(share)),
        "high": float(share) if high is None else max(high, float(share)),
        "taylor_russell": expected[0],
        "taylor_russell_low": expected[1],
        "taylor_russell_high": expected[2],
    }


def _taylor_russell_or_none(r: float | None, base_rate: float, ratio: float) -> float | None:
    if r is None or not isfinite(r) or not 0.0 < base_rate < 1.0:
        return None
    return taylor_russell(float(np.clip(r, -0.999, 0.999)), base_rate, ratio)
