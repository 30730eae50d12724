"""Whom a person is compared with: people with about the same score on the *other* items.

Two groups may differ in the trait itself. Comparing people with equal observed rest scores would then not
compare equals: a low scorer of a high group is more often an unlucky one. Each rest score is therefore drawn
towards the mean of its own group by the reliability (Kelley's regression, as in SIBTEST: Shealy & Stout 1993).
"""

from __future__ import annotations

import numpy as np

LEAST_RELIABILITY = 0.2
"""A rest score of almost no reliability is still drawn in no further than this, or it would say nothing."""

FEWEST_ANCHORS = 3
MOST_STRATA = 20
PEOPLE_PER_STRATUM = 15


def rest_score(scores: np.ndarray, anchors: np.ndarray, item: int) -> np.ndarray:
    """Mean score (n,) over the answered anchors other than the item; NaN without any.

    Parameters
    ----------
    scores : ndarray of shape (n, n_items)
        NaN where not answered.
    anchors : boolean ndarray of shape (n_items,)
    item : int
    """
    others = scores[:, _others(anchors, item)]
    known = np.isfinite(others)
    count = known.sum(axis=1)
    total = np.where(known, others, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.full(len(scores), np.nan), where=count > 0)


def _others(anchors: np.ndarray, item: int) -> np.ndarray:
    others = anchors.copy()
    if item >= 0:
        others[item] = False
    return others


def reliability(scores: np.ndarray, focal: np.ndarray) -> float:
    """Cronbach's alpha of a sum of items within the two groups, brought between `LEAST_RELIABILITY` and 1."""
    centred = np.zeros_like(scores)
    for members in (focal, ~focal):
        known = np.isfinite(scores[members])
        means = np.where(known, scores[members], 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        centred[members] = np.where(known, scores[members] - means, 0.0)
    k, whole = scores.shape[1], float(centred.sum(axis=1).var())
    if k < 2 or whole < 1e-12:
        return LEAST_RELIABILITY
    alpha = k / (k - 1) * (1 - float(centred.var(axis=0).sum()) / whole)
    return float(np.clip(alpha, LEAST_RELIABILITY, 1.0))


def matched_score(scores: np.ndarray, anchors: np.ndarray, item: int, focal: np.ndarray) -> np.ndarray:
    """Estimated true rest score (n,), by which people of both groups are compared; NaN where unknown.

    ``mean of the group + reliability * (rest score - mean of the group)``
    """
    rest = rest_score(scores, anchors, item)
    r = reliability(scores[:, _others(anchors, item)], focal)
    matched = rest.copy()
    for members in (focal, ~focal):
        mean = _mean_known(rest[members])
        matched[members] = mean + r * (rest[members] - mean)
    return matched


def _mean_known(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan


def strata(matched: np.ndarray, focal: np.ndarray) -> np.ndarray:
    """Classes (n,) of about equally many people of like score; equal scores share one."""
    fewest = min(int(focal.sum()), int((~focal).sum()))
    classes = int(np.clip(fewest // PEOPLE_PER_STRATUM, 2, MOST_STRATA))
    cuts = np.unique(np.quantile(matched, np.arange(1, classes) / classes))
    return np.searchsorted(cuts, matched, side="right")
