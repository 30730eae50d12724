"""What may be said of days: nothing of few people, so that nobody's own speed is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENOUGH = 5
ENOUGH_FOR_THE_SLOW = 20
"""Of fewer people, the slowest tenth would be one person."""

Histogram = Mapping[int, int]
"""How many people took so many whole days."""


@dataclass(frozen=True)
class Days:
    """From one stage to the next, in whole days; None: too few people to say it."""

    people: int = 0
    median: int | None = None
    nine_of_ten: int | None = None


def days_of(histogram: Histogram) -> Days:
    people = sum(histogram.values())
    return Days(
        people,
        quantile(histogram, 0.5) if people >= ENOUGH else None,
        quantile(histogram, 0.9) if people >= ENOUGH_FOR_THE_SLOW else None,
    )


def quantile(histogram: Histogram, share: float) -> int:
    """The fewest days within which this share of the people came."""
    wanted, so_far = share * sum(histogram.values()), 0
    for days in sorted(histogram):
        so_far += histogram[days]
        if so_far >= wanted:
            return days
    raise ValueError("nobody is counted")
