"""How sure a probability is: the share that came true among staff with about the same one.

The reliability diagram of the model's validation holds groups of staff with like probabilities, the share of each
group that was in the top third, and its 90 % interval. Between two groups the interval is read between theirs. It
always holds the probability itself, so that it is never narrower than what is known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

Range = tuple[float, float]


def likely_share(figures: Mapping[str, Any], probability: float) -> Range | None:
    """The 90 % interval around this probability; None where the model has no such figures."""
    points = _points(figures.get("reliability_diagram") or [])
    if not points:
        return None
    low, high = _at(points, probability)
    return min(low, probability), max(high, probability)


def _points(diagram: Sequence[Mapping[str, Any]]) -> list[tuple[float, float, float]]:
    known = [row for row in diagram if row.get("low") is not None and row.get("high") is not None]
    return sorted((row["predicted"], row["low"], row["high"]) for row in known)


def _at(points: Sequence[tuple[float, float, float]], probability: float) -> Range:
    """Beyond the last group on either side its own interval counts: nobody further out was tried."""
    right = bisect_left(points, (probability,))
    if right in (0, len(points)):
        return points[min(right, len(points) - 1)][1:]
    before, after = points[right - 1], points[right]
    part = (probability - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 1.0
    low, high = (a + part * (b - a) for a, b in zip(before[1:], after[1:], strict=True))
    return low, high
