"""How often decisions merely follow a ranked list.

A recruiter may look at every person and agree with the list each time; one may also press a button along it. The
figures here cannot tell the two apart. They say how closely decisions went along with the order, what chance alone
would have given, and how sure that is; whoever reads them has to ask why.

People are compared within one list only. Each has a stretch of places, as the decider saw it: a place of its own, or
all places of a tie group. Two stretches that overlap hold no order: the list said nothing about these two.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt

MINIMUM = 10
"""Fewer decisions are too few to say anything."""

Z = 1.959963984540054
"""Two-sided 95 %."""

_STEPS = 60


@dataclass(frozen=True)
class Level:
    """People who stood at the same stretch of one list: its ends as shares of the list, 0 the top.

    A single place 5 of 100 is ``low=0.04, high=0.05``; a tie group at places 3 to 9 is ``low=0.02, high=0.09``.
    ``chosen`` went on, ``passed`` were turned down.
    """

    low: float
    high: float
    chosen: int
    passed: int


def level_of(first: int, last: int, ranked: int, chosen: int, passed: int) -> Level:
    """The level of places ``first`` to ``last`` of ``ranked``."""
    return Level((first - 1) / ranked, last / ranked, chosen, passed)


List_ = Sequence[Level]


@dataclass(frozen=True)
class Following:
    """How closely decisions went along with the order of their lists.

    Attributes
    ----------
    decisions, chosen, passed
        People who were decided on, who went on, who were turned down.
    with_order
        Of pairs of one who went on and one who was turned down on the same list, the share in which the former stood
        higher; pairs without an order count half. 0.5 is what chance gives, 1 is always.
    low, high
        Its 95 % interval.
    ordered, against
        How many of these pairs the list put in an order, and in how many of them the decision went against it.
    pairs
        All pairs.
    agreement
        Of the people whom a pure cut (the same number from the top of the decided) puts clearly on one side, the share
        on whose side the decision fell; None where it puts too few clearly.
    compared
        How many these are.
    by_chance, chance_low, chance_high
        What as many decisions drawn by lot would agree in, and the range that 95 % of such draws fall into.
    """

    decisions: int
    chosen: int
    passed: int
    with_order: float
    low: float
    high: float
    pairs: int
    ordered: int
    against: int
    agreement: float | None
    compared: int
    by_chance: float | None
    chance_low: float | None
    chance_high: float | None

    @property
    def correlation(self) -> float:
        """Rank-biserial correlation of place and decision: 2 * ``with_order`` - 1, 0 by chance."""
        return 2 * self.with_order - 1

    @property
    def beyond_chance(self) -> bool:
        """Whether the whole interval lies above one half."""
        return self.low > 0.5

    @property
    def never_against(self) -> bool:
        """Whether no decision went against the order, wherever there was one."""
        return self.ordered > 0 and self.against == 0


def follow(lists: Sequence[List_], minimum: int = MINIMUM) -> Following | None:
    """Measure how closely decisions follow their lists; None where there are too few to say.

    Parameters
    ----------
    lists
        The decided people of each list; lists are pooled by pairs, people of two lists are never compared.
    minimum
        Of decisions with a place; besides, somebody has to have gone on and somebody been turned down on one list.

    Notes
    -----
    ``with_order`` is the Mann-Whitney statistic U / (m n), that is, the probability of superiority. Its interval
    inverts the variance of Hanley and McNeil with N* = (m + n) / 2 - 1, method 5 of R. G. Newcombe, "Confidence
    intervals for an effect size measure based on the Mann-Whitney statistic. Part 2", Statistics in Medicine 25
    (2006), 559-573, which behaves well for few people and at 0 and 1. For several lists the variances are added with
    the squared share of each list's pairs, at one common value. Ties make the interval wider than needed, not
    narrower.

    The chance of the pure cut is hypergeometric: of N people, a stand clearly above and b clearly below the cut after
    the k best; k drawn by lot agree in a k/N + b (1 - k/N) on average, with variance
    pq [a (N - a) + b (N - b) + 2 a b] / (N - 1), p = k/N, q = 1 - p.
    """
    usable = [one for one in lists if _sides(one)[0] and _sides(one)[1]]
    if not usable or sum(sum(_sides(one)) for one in usable) < minimum:
        return None
    sides = [_sides(one) for one in usable]
    counted = [_pairs(one) for one in usable]
    pairs = sum(m * n for m, n in sides)
    above, ordered = sum(up for up, _all in counted), sum(everything for _up, everything in counted)
    share = (above + (pairs - ordered) / 2) / pairs
    cuts = [_cut(one) for one in usable]
    return Following(
        decisions=sum(m + n for m, n in sides),
        chosen=sum(m for m, _n in sides),
        passed=sum(n for _m, n in sides),
        with_order=share,
        low=_bound(share, sides, pairs, 0.0),
        high=_bound(share, sides, pairs, 1.0),
        pairs=pairs,
        ordered=ordered,
        against=ordered - above,
        **_agreement(cuts, minimum),  # type: ignore[arg-type]
    )


def _sides(one: List_) -> tuple[int, int]:
    return sum(level.chosen for level in one), sum(level.passed for level in one)


def _pairs(one: List_) -> tuple[int, int]:
    """Pairs in which the chosen one stands wholly above, and pairs with any order."""
    below = _counter(one, lambda level: level.low, lambda level: level.passed)
    above = _counter(one, lambda level: level.high, lambda level: level.passed)
    turned_down = sum(level.passed for level in one)
    up = sum(level.chosen * (turned_down - below(level.high, before=True)) for level in one)
    down = sum(level.chosen * above(level.low, before=False) for level in one)
    return up, up + down


Counter = Callable[..., int]
_SLACK = 1e-12


def _counter(one: List_, end: Callable[[Level], float], weight: Callable[[Level], int]) -> Counter:
    """How many people have this end before a point, or up to and with it."""
    ordered = sorted(one, key=end)
    ends = [end(level) for level in ordered]
    sums = [0, *accumulate(weight(level) for level in ordered)]

    def count(point: float, *, before: bool) -> int:
        return sums[bisect_left(ends, point - _SLACK) if before else bisect_right(ends, point + _SLACK)]

    return count


@dataclass(frozen=True)
class _Cut:
    """One list cut after as many as went on: who stands clearly on a side, and whose decision agrees."""

    people: int
    chosen: int
    above: int
    below: int
    agree: int


def _cut(one: List_) -> _Cut:
    everybody = [lambda level: level.high, lambda level: level.low]
    over, under = (_counter(one, end, lambda level: level.chosen + level.passed) for end in everybody)
    chosen, passed = _sides(one)
    people = chosen + passed
    above = below = agree = 0
    for level in one:
        # Clearly above: even if all who overlap stood higher, the place would be among the first `chosen`.
        best, worst = over(level.low, before=False) + 1, under(level.high, before=True)
        if worst <= chosen:
            above, agree = above + level.chosen + level.passed, agree + level.chosen
        elif best > chosen:
            below, agree = below + level.chosen + level.passed, agree + level.passed
    return _Cut(people, chosen, above, below, agree)


def _agreement(cuts: Sequence[_Cut], minimum: int) -> dict[str, float | int | None]:
    compared = sum(cut.above + cut.below for cut in cuts)
    if compared < max(minimum, 1):
        return {"agreement": None, "compared": compared, "by_chance": None, "chance_low": None, "chance_high": None}
    mean = sum(_expected(cut) for cut in cuts) / compared
    spread = Z * sqrt(sum(_variance(cut) for cut in cuts)) / compared
    return {
        "agreement": sum(cut.agree for cut in cuts) / compared,
        "compared": compared,
        "by_chance": mean,
        "chance_low": max(0.0, mean - spread),
        "chance_high": min(1.0, mean + spread),
    }


def _expected(cut: _Cut) -> float:
    share = cut.chosen / cut.people
    return cut.above * share + cut.below * (1 - share)


def _variance(cut: _Cut) -> float:
    share, people = cut.chosen / cut.people, cut.people
    inner = cut.above * (people - cut.above) + cut.below * (people - cut.below) + 2 * cut.above * cut.below
    return share * (1 - share) * inner / (people - 1)


def _bound(share: float, sides: Sequence[tuple[int, int]], pairs: int, end: float) -> float:
    """The value towards ``end`` at which the share found lies just ``Z`` standard errors away, by halving."""

    def too_far(value: float) -> bool:
        return (share - value) ** 2 > Z**2 * _variance_of_share(value, sides, pairs)

    near, far = share, end
    for _step in range(_STEPS):
        middle = (near + far) / 2
        near, far = (near, middle) if too_far(middle) else (middle, far)
    return near


def _variance_of_share(value: float, sides: Sequence[tuple[int, int]], pairs: int) -> float:
    return sum((m * n / pairs) ** 2 * _variance_of_list(value, m, n) for m, n in sides)


def _variance_of_list(value: float, chosen: int, passed: int) -> float:
    more = (chosen + passed) / 2 - 1
    inner = 1 + more * ((1 - value) / (2 - value) + value / (1 + value))
    return value * (1 - value) * inner / (chosen * passed)
