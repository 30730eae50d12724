"""Ratings counted together, so that parts can be taken out and put back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scoring.release.rules import Contribution, Group, Rules

Counts = dict[Any, int]


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
    known
        Whether it tells, as found with this version of the sets of this group; None after a change.
    """

    __slots__ = ("above_bottom", "below_top", "known", "raters", "topics", "values")

    def __init__(self) -> None:
        self.raters: Counts = {}
        self.below_top: Counts = {}
        self.above_bottom: Counts = {}
        self.values: Counts = {}
        self.topics: Counts = {}
        self.known: tuple[Group, int, bool] | None = None

    @classmethod
    def of(cls, contributions: Iterable[Contribution], rules: Rules) -> Tally:
        """Count these ratings of one person on one topic."""
        tally = cls()
        for each in contributions:
            _count(tally.raters, each.rater)
            _count(tally.values, each.value)
            if each.value < rules.highest:
                _count(tally.below_top, each.rater)
            if each.value > rules.lowest:
                _count(tally.above_bottom, each.rater)
            tally.topics = {each.topic: 1}
        return tally

    def copy(self) -> Tally:
        """Count the same in another tally: far quicker than to add to an empty one."""
        tally = Tally()
        tally.raters, tally.values, tally.topics = self.raters.copy(), self.values.copy(), self.topics.copy()
        tally.below_top, tally.above_bottom = self.below_top.copy(), self.above_bottom.copy()
        return tally

    def add(self, part: Tally, sign: int = 1) -> None:
        """Put a part in, or (-1) take it out."""
        self.known = None
        _shift(self.raters, part.raters, sign)
        _shift(self.below_top, part.below_top, sign)
        _shift(self.above_bottom, part.above_bottom, sign)
        _shift(self.values, part.values, sign)
        _shift(self.topics, part.topics, sign)

    @property
    def empty(self) -> bool:
        return not self.raters

    def tells(self, rules: Rules) -> bool:
        """Whether the sum of these ratings would tell single ones, to somebody who knows one rater's at most."""
        return len(self.raters) < rules.fewest or (rules.extremes and self.extreme())

    def extreme(self) -> bool:
        """Whether all gave the same, or all, or all but one, stand at an end of the scale."""
        return len(self.values) <= 1 or len(self.below_top) <= 1 or len(self.above_bottom) <= 1


def _count(counts: Counts, key: Any) -> None:
    counts[key] = counts.get(key, 0) + 1


def _shift(counts: Counts, by: Counts, sign: int) -> None:
    """Nothing that is there no times stays, so that the length counts what is there."""
    for key, number in by.items():
        found = counts.get(key, 0) + sign * number
        if found:
            counts[key] = found
        else:
            del counts[key]
