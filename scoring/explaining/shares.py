"""Shares as whole percentages that add up to their sum, as readers expect of them."""

from __future__ import annotations

import math
from collections.abc import Sequence


def whole_percents(shares: Sequence[float]) -> tuple[int, ...]:
    """Round shares to whole percentages by the largest remainders.

    Each is rounded down; what is then missing to the rounded sum goes, one each, to those that lost most, of equal
    ones to the first. So no percentage is a whole one away from its share, and shares of one add up to 100.

    Parameters
    ----------
    shares
        None below 0; usually they add up to 1.

    Returns
    -------
    tuple of int
        One for each share, in their order.
    """
    exact = [100 * share for share in shares]
    lower = [math.floor(each) for each in exact]
    missing = math.floor(math.fsum(exact) + 0.5) - sum(lower)
    largest = sorted(range(len(exact)), key=lambda k: (lower[k] - exact[k], k))
    for k in largest[:missing]:
        lower[k] += 1
    return tuple(lower)
