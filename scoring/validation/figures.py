"""Figures that say how far predictions can be trusted: plain functions of predictions and outcomes.

Labels may lie anywhere in 0..1: people who tie on the cut of the top third count fractionally.
"""

from __future__ import annotations

import numpy as np
from scipy.special import logit
from scipy.stats import rankdata

from scoring.calibration import logistic_line

CLIP = 1e-6
BINS = 10


def brier_losses(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Squared error (n,) of each probability (Brier 1950), labels counting fractionally."""
    return labels * (1 - p) ** 2 + (1 - labels) * p**2


def brier(p: np.ndarray, labels: np.ndarray) -> float:
    """Mean squared error of the probability."""
    return float(np.mean(brier_losses(p, labels)))


def log_losses(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Negative log-likelihood (n,) of each label."""
    p = np.clip(p, CLIP, 1 - CLIP)
    return -(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def log_loss(p: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative log-likelihood of the labels."""
    return float(np.mean(log_losses(p, labels)))


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


def bins_for(n: int) -> int:
    """Ten bins, fewer where fewer than five people would share one."""
    return min(BINS, max(1, n // 5))


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
    codes = equal_count_bins(p, min(bins, bins_for(len(p))))
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
