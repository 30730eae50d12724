"""What a list can do for a vacancy: of those hired from its top, how many will be among the best.

The expected share at this selection ratio comes from the model's validation (an expectancy in the sense of
Taylor & Russell, 1939), read between its neighbouring ratios. The range adds the luck of the draw to the
uncertainty of that share, so it is wider than either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import Any

Z = 1.6449


@dataclass(frozen=True)
class ExpectedHires:
    """Whole people out of `hired`."""

    hired: int
    ranked: int
    expected: int
    low: int
    high: int
    by_chance: int
    share: float
    base_rate: float


def expect_hires(figures: Mapping[str, Any], target: int, ranked: int) -> ExpectedHires | None:
    """None where the model has no such figure, or where everybody on the list would be hired."""
    table = figures.get("hire_or_retrain") or []
    base = figures.get("base_rate")
    if not table or base is None or target < 1 or ranked <= target:
        return None
    share, low, high = _at(table, float(base), target / ranked)
    least, most = likely_range(target, share, low, high)
    return ExpectedHires(
        hired=target,
        ranked=ranked,
        expected=round(target * share),
        low=least,
        high=most,
        by_chance=round(target * base),
        share=share,
        base_rate=float(base),
    )


def _at(table: list[Mapping[str, float]], base: float, ratio: float) -> tuple[float, float, float]:
    """Share, low and high at this ratio; a smaller ratio than was checked counts as the smallest."""
    points = [(row["selection_ratio"], row["expected_share"], row["low"], row["high"]) for row in table]
    points = sorted([*points, (1.0, base, base, base)])
    if ratio <= points[0][0]:
        return points[0][1:]
    for left, right in pairwise(points):
        if ratio <= right[0]:
            part = (ratio - left[0]) / (right[0] - left[0]) if right[0] > left[0] else 1.0
            share, low, high = (a + part * (b - a) for a, b in zip(left[1:], right[1:], strict=True))
            return share, low, high
    return base, base, base


def likely_range(n: int, share: float, low: float, high: float) -> tuple[int, int]:
    """About nine times of ten the number among n hired falls in here (normal, with continuity correction)."""
    of_the_share = (high - low) / (2 * Z)
    spread = Z * (n * share * (1 - share) + (n * of_the_share) ** 2) ** 0.5
    return max(0, ceil(n * share - spread - 0.5)), min(n, floor(n * share + spread + 0.5))
