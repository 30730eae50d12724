"""How sure released figures make somebody of a single rating: exact, by counting all ratings that fit them.

The adversary knows who rated whom on what, the severities that were taken off, and one rater's ratings. Every way in
which the others may have rated a person is equally likely. Ratings with the same sum on a topic are counted together,
so that nothing has to be drawn or walked through.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import prod

from scoring.release import figures
from scoring.release.rules import Cell, Contribution, Group

VALUES = range(1, 6)
HALF_A_STEP = 0.05 + 1e-9


class Person:
    """All that figures about one person say, to who knows one rater's ratings."""

    def __init__(self, truth: Sequence[Contribution], group: Group, traitor: str | None, sums: figures._Sums) -> None:
        self.own = [each for each in truth if each.group == group]
        self.unknown = Counter(each.topic for each in self.own if each.rater != traitor)
        self.group, self.sums = group, sums
        self.true = Counter[str]()
        for each in self.own:
            self.true[each.topic] += int(each.value) * (each.rater != traitor)

    def fitting(self, shown: Mapping[Cell, float]) -> list[dict[str, int]]:
        """The sums of unknown ratings by topic that fit what is shown of this person."""
        topics = sorted(self.unknown)
        reach = [range(self.unknown[topic], 5 * self.unknown[topic] + 1) for topic in topics]
        found = (dict(zip(topics, each, strict=True)) for each in itertools.product(*reach))
        cells = [Cell(self.group, topic) for topic in (None, *topics)]
        return [each for each in found if all(self.fits(cell, each, shown[cell]) for cell in cells if cell in shown)]

    def fits(self, cell: Cell, by_topic: Mapping[str, int], figure: float) -> bool:
        moved = sum(by_topic[topic] - self.true[topic] for topic in by_topic if cell.topic in (None, topic))
        value = min(5.0, max(1.0, (self.sums.total[cell] + moved) / self.sums.number[cell]))
        return abs(value - figure) <= HALF_A_STEP

    def surest(self, topic: str, found: Sequence[Mapping[str, int]]) -> float:
        """The share of the likeliest value of a rating on this topic."""
        shares = Counter[int]()
        for each in found:
            rest = prod(ways(self.unknown[other], each[other]) for other in each if other != topic)
            for value in VALUES:
                shares[value] += rest * ways(self.unknown[topic] - 1, each[topic] - value)
        return max(shares.values()) / shares.total()


@cache
def ways(number: int, total: int) -> int:
    """In how many ways so many ratings add up to this."""
    if number == 0:
        return int(total == 0)
    return sum(ways(number - 1, total - value) for value in VALUES) if number <= total <= 5 * number else 0


def certainties(
    truth: Sequence[Contribution], shown: Mapping[Cell, float], traitor: str | None
) -> Iterator[tuple[float, int]]:
    """For each person and topic how sure a value is, and among how many unknown ratings of this person."""
    sums = figures._Sums(truth)
    for group in sorted({each.group for each in truth if any(cell.group == each.group for cell in shown)}):
        person = Person(truth, group, traitor, sums)
        found = person.fitting(shown)
        for topic in +person.unknown:
            yield person.surest(topic, found), person.unknown.total()
