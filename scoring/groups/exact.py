"""Fisher's exact test with the mid-p correction, for many two-by-two tables at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

SAME = 1e-7
"""Two probabilities that differ by less than this share are the same, whatever their last bits say."""


def log_choose(n: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Logarithm of the binomial coefficient; minus infinity where ``k`` is impossible."""
    possible = (k >= 0) & (k <= n)
    k = np.where(possible, k, 0)
    return np.where(possible, gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), -np.inf)


def table_probabilities(first: np.ndarray, second: np.ndarray, selected: np.ndarray) -> np.ndarray:
    """Hypergeometric probabilities of every number of selected people in the first group.

    Parameters
    ----------
    first, second, selected : ndarray of shape (m,)
        People in the first group, people in the second, and selected people of both.

    Returns
    -------
    ndarray of shape (m, largest ``first`` + 1)
        ``C(first, k) C(second, selected - k) / C(first + second, selected)``.
    """
    first, second, selected = (np.asarray(each, dtype=float)[:, None] for each in (first, second, selected))
    k = np.arange(int(first.max(initial=0)) + 1)[None, :]
    ways = log_choose(first, k) + log_choose(second, selected - k)
    return np.exp(ways - log_choose(first + second, selected))


def mid_p(selected_a: ArrayLike, n_a: ArrayLike, selected_b: ArrayLike, n_b: ArrayLike) -> np.ndarray:
    """Two-sided mid-p values (m,) of Fisher's exact test that two groups are selected at the same rate.

    The probability of all tables that are less likely than the observed one, the equally likely ones whole,
    less half of the observed table's own (Lancaster 1961; Biddle & Morris 2011): the exact test is too
    cautious, because a table is discrete.

    Parameters
    ----------
    selected_a, n_a, selected_b, n_b : array of shape (m,)
        Selected people and people in group a and in group b.
    """
    a, n_a, b, n_b = (np.atleast_1d(np.asarray(each, dtype=float)) for each in (selected_a, n_a, selected_b, n_b))
    chances = table_probabilities(n_a, n_b, a + b)
    observed = np.take_along_axis(chances, a.astype(int)[:, None], axis=1)
    extreme = np.where(chances <= observed * (1 + SAME), chances, 0.0).sum(axis=1)
    return np.clip(extreme - observed[:, 0] / 2, 0.0, 1.0)
