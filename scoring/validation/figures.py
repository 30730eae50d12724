"""Figures that say how far predictions can be trusted: plain functions of predictions and outcomes.

Labels may lie anywhere in 0..1: people who tie on the cut of the top third count fractionally.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import logit
from scipy.stats import rankdata

from scoring.calibration import logistic_line

CLIP = 1e-6
BINS = 10
SELECTION_RATIOS = (0.1, 0.2, 0.3, 0.5, 0.7)


def brier(p: np.ndarray, labels: np.ndarray) -> float:
    """Mean squared error of the probability (Brier 1950), labels counting fractionally."""
    return float(np.mean(labels * (1 - p) ** 2 + (1 - labels) * p**2))


def log_loss(p: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative log-likelihood of the labels."""
    p = np.clip(p, CLIP, 1 - CLIP)
    return float(-np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p)))


def auc(p: np.ndarray, labels: np.ndarray) -> float | None:
    """Probability that a top person is ranked above another one, ties counting half.

    None where everybody has the same label.
    """
    ones, zeros = float(labels.sum()), float((1 - labels).sum())
    if min(ones, zeros) < 1e-9:
        return None
    values, codes = np.unique(p, return_inverse=True)
    top = np.bincount(codes, labels, len(values))
    rest = np.bincount(codes, 1 - labels, len(values))
    return float(np.sum(top * (np.cumsum(rest) - rest / 2)) / (ones * zeros))


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson correlation, 0 where one side is constant."""
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 1e-12 else 0.0


def calibration_line(p: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Intercept and slope of the labels' logistic regression on logit(p): 0 and 1 when calibrated (Cox 1958)."""
    return logistic_line(logit(np.clip(p, CLIP, 1 - CLIP)), labels)


def equal_count_bins(p: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Return each person's bin (n,): equally many people per bin, by rising probability."""
    order = rankdata(p, method="ordinal") - 1
    return np.minimum((order * bins / len(p)).astype(int), bins - 1)


def calibration_error(p: np.ndarray, labels: np.ndarray, bins: int = BINS) -> float:
    """Debiased calibration error over equal-count bins.

    The root of the mean squared gap between mean probability and observed share, less what chance alone
    adds to it, ``share (1 - share) / (n_bin - 1)`` per bin (Kumar, Liang & Ma 2019); 0 where chance
    explains it all.
    """
    codes = equal_count_bins(p, min(bins, max(1, len(p) // 5)))
    total = 0.0
    for code in np.unique(codes):
        inside = codes == code
        n, share = int(inside.sum()), float(labels[inside].mean())
        gap = (float(p[inside].mean()) - share) ** 2
        total += n * (gap - share * (1 - share) / max(n - 1, 1))
    return float(np.sqrt(max(0.0, total / len(p))))


def reliability_diagram(p: np.ndarray, labels: np.ndarray, people: int) -> list[dict[str, float]]:
    """Mean probability against observed share per equal-count bin, with 90 % Wilson intervals.

    Parameters
    ----------
    p, labels
        Pooled over the repeats of a validation.
    people
        How many different people they come from: intervals are no narrower for repeating the folds.
    """
    bins = min(BINS, max(2, people // 15))
    codes = equal_count_bins(p, bins)
    thinning = people / len(p)
    return [_bin_of(p[codes == code], labels[codes == code], thinning) for code in range(bins)]


def _bin_of(p: np.ndarray, labels: np.ndarray, thinning: float) -> dict[str, float]:
    n = max(1, round(len(p) * thinning))
    observed = float(labels.mean())
    low, high = wilson(observed, n)
    return {"predicted": float(p.mean()), "observed": observed, "n": n, "low": low, "high": high}


def wilson(share: float, n: float, z: float = 1.6449) -> tuple[float, float]:
    """Wilson's interval for a share; 90 % by default."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return float(max(0.0, centre - reach)), float(min(1.0, centre + reach))


def expectancy_table(
    scores: np.ndarray, p: np.ndarray, labels: np.ndarray, people: int, bands: int = 4
) -> list[dict[str, object]]:
    """Of each quarter by score, from the top: predicted and observed share of top-third people."""
    codes = bands - 1 - equal_count_bins(scores, bands)
    names = ("top quarter", "second quarter", "third quarter", "bottom quarter")
    return [
        {
            "band": names[code],
            "predicted": float(p[codes == code].mean()),
            "observed": float(labels[codes == code].mean()),
            "n": round(float((codes == code).sum()) * people / len(p)),
        }
        for code in range(bands)
    ]


def share_among_hired(scores: np.ndarray, labels: np.ndarray, ratio: float) -> float:
    """Share of top people among the ``ratio`` with the highest scores."""
    hired = max(1, round(ratio * len(scores)))
    best = np.argsort(-scores, kind="stable")[:hired]
    return float(labels[best].mean())


def hire_or_retrain(
    draws: Sequence[tuple[np.ndarray, np.ndarray]], rng: np.random.Generator, resamples: int
) -> list[dict[str, float]]:
    """Expected share of top-third people among those hired, per selection ratio, with 90 % intervals.

    The figure to hold against the base rate: what selecting by this score brings, if applicants are like
    the staff it was validated on (an expectancy in the sense of Taylor & Russell 1939).

    Parameters
    ----------
    draws
        Out-of-fold scores and labels of each repeat.
    """
    return [_hired_at(ratio, draws, rng, resamples) for ratio in SELECTION_RATIOS]


def _hired_at(
    ratio: float, draws: Sequence[tuple[np.ndarray, np.ndarray]], rng: np.random.Generator, resamples: int
) -> dict[str, float]:
    share = float(np.mean([share_among_hired(s, y, ratio) for s, y in draws]))
    scores, labels = draws[0]
    low, high = bootstrap(
        lambda rows: share_among_hired(scores[rows], labels[rows], ratio), len(scores), rng, resamples
    )
    return {"selection_ratio": ratio, "expected_share": share, "low": min(low, share), "high": max(high, share)}


def bootstrap(
    figure: Callable[[np.ndarray], float | None],
    n: int,
    rng: np.random.Generator,
    resamples: int,
    coverage: float = 0.90,
) -> tuple[float, float]:
    """Percentile interval of a figure over resampled people (Efron 1979)."""
    values = [figure(rng.integers(0, n, n)) for _ in range(resamples)]
    known = [value for value in values if value is not None]
    tail = (1 - coverage) / 2
    return float(np.quantile(known, tail)), float(np.quantile(known, 1 - tail))
