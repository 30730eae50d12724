"""How two figures of the same units go together, and how little few units can say about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

FEWEST_FOR_WORDS = 10
FEWEST_FOR_INTERVAL = 4


@dataclass(frozen=True)
class Correlation:
    """Pearson's correlation of so many units with its interval.

    Attributes
    ----------
    units
        How many units have both figures.
    r
        The correlation, or None where there are fewer than three units or one of the figures is the same in all.
    low, high
        The interval, None where it cannot be made.
    """

    units: int
    r: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def enough(self) -> bool:
        """Whether there are units enough to say anything in words."""
        return self.units >= FEWEST_FOR_WORDS and self.low is not None

    @property
    def clear(self) -> bool:
        """Whether the whole interval lies on one side of nought."""
        return self.enough and self.low is not None and self.high is not None and self.low * self.high > 0


def correlate(pairs: Sequence[tuple[float, float]], level: float = 0.95) -> Correlation:
    """Correlate the pairs of figures, one pair a unit.

    Parameters
    ----------
    pairs
        Both figures of each unit.
    level
        The confidence level of the interval, between 0 and 1.

    Notes
    -----
    The interval is Fisher's: ``tanh(atanh(r) ± z / sqrt(n - 3))``, which takes units as drawn at random and both
    figures as about normal. Units of one company are neither, so it is the least that one must doubt.
    The units count alike, however many people they have.
    """
    r = pearson(pairs)
    if r is None:
        return Correlation(len(pairs))
    low, high = fisher_interval(r, len(pairs), level) or (None, None)
    return Correlation(len(pairs), r, low, high)


def pearson(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return the correlation, None for fewer than three pairs or where one side does not vary."""
    if len(pairs) < 3:
        return None
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    if len(set(first)) < 2 or len(set(second)) < 2:
        return None
    a, b = _centred(first), _centred(second)
    both = math.fsum(x * y for x, y in zip(a, b, strict=True))
    apart = math.sqrt(math.fsum(x * x for x in a) * math.fsum(y * y for y in b))
    return max(-1.0, min(1.0, both / apart))


def _centred(values: Sequence[float]) -> list[float]:
    mean = math.fsum(values) / len(values)
    return [value - mean for value in values]


def fisher_interval(r: float, units: int, level: float = 0.95) -> tuple[float, float] | None:
    """Return the ends of Fisher's interval, None for fewer than four units.

    A correlation of exactly one or minus one has no finite transform: its interval is the point itself, which says
    that the pairs lie on a line, not that another company's would.
    """
    if units < FEWEST_FOR_INTERVAL:
        return None
    if abs(r) >= 1.0:
        return r, r
    reach = NormalDist().inv_cdf((1 + level) / 2) / math.sqrt(units - 3)
    middle = math.atanh(r)
    return math.tanh(middle - reach), math.tanh(middle + reach)
