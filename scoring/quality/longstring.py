"""The longest run of answers in one displayed position, and how long it gets by chance.

Options are shuffled anew for every item and sitting. Whatever somebody thinks of the options, the place in which the
chosen one happens to stand is therefore uniform and independent from item to item: the null needs no staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np


def longest_run(positions: Sequence[int]) -> int:
    """Return the length of the longest run of equal values, 0 for none."""
    longest = run = 0
    for place, position in enumerate(positions):
        run = run + 1 if place and position == positions[place - 1] else 1
        longest = max(longest, run)
    return longest


@lru_cache(maxsize=4096)
def run_probability(length: int, answers: int, options: int) -> float:
    """Probability that ``answers`` uniform positions out of ``options`` hold a run of at least ``length``.

    By recursion over answers on the length of the run that is going on, which the next answer lengthens with
    probability ``1 / options``. Exact.
    """
    if length <= 1:
        return 1.0 if answers >= length else 0.0
    if answers < length:
        return 0.0
    going = np.zeros(length)
    going[1] = 1.0
    reached = 0.0
    for _ in range(answers - 1):
        longer = going / options
        reached += float(longer[-1])
        stopped = float(going.sum()) * (1.0 - 1.0 / options)
        going = np.concatenate([[0.0, stopped], longer[1:-1]])
    return min(1.0, reached)


def shortest_suspicious_run(answers: int, options: int, rate: float) -> int:
    """Return the shortest run that chance reaches at most at this rate (one more than ``answers`` if none does)."""
    length = 1
    while run_probability(length, answers, options) > rate:
        length += 1
    return length
