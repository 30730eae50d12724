"""Ratings counted together, so that parts can be taken out and put back."""

from __future__ import annotations

from collections.abc import Iterable

from scoring.release.rules import Contribution, Rules

Counts = dict[object, int]


class Tally:
    """Who gave the ratings of a part, and how they lie on the scale.

    Attributes
    ----------
    raters, below_top, above_bottom
        How many ratings each rater gave in all, below the scale's top, and above its bottom.
    values
        How often each value was given.
    topics
        On how many people's ratings of each topic it goes.
    """

    __slots__ = ("above_bottom", "below_top", "raters", "topics", "values")

    def __init__(self) -> None:
        self.raters: Counts = {}
        self.below_top: Counts = {}
        self.above_bottom: Counts = {}
        self.values: Counts = {}
        self.topics: Counts = {}

    @classmethod
    def of(cls, contributions: Iterable[Contribution], rules: Rules) -> Tally:
        """Count these ratings of one person on one topic."""
        tally = cls()
        for each in contributions:
            _count(tally.raters, each.rater, 1)
            _count(tally.values, each.value, 1)
            if each.value < rules.highest:
                _count(tally.below_top, each.rater, 1)
            if each.value > rules.lowest:
                _count(tally.above_bottom, each.rater, 1)
            tally.topics = {each.topic: 1}
        return tally

    def add(self, part: Tally, sign: int = 1) -> None:
        """Put a part in, or (-1) take it out."""
        for name in self.__slots__:
            mine: Counts = getattr(self, name)
            for key, number in getattr(part, name).items():
                _count(mine, key, sign * number)

    @property
    def empty(self) -> bool:
        return not self.raters

    def tells(self, rules: Rules) -> bool:
        """Whether the sum of these ratings would tell single ones, to somebody who knows one rater's at most."""
        return len(self.raters) < rules.fewest or (rules.extremes and self.extreme())

    def extreme(self) -> bool:
        """Whether all gave the same, or all, or all but one, stand at an end of the scale."""
        return len(self.values) <= 1 or len(self.below_top) <= 1 or len(self.above_bottom) <= 1


def _count(counts: Counts, key: object, number: int) -> None:
    found = counts.get(key, 0) + number
    if found:
        counts[key] = found
    else:
        del counts[key]
