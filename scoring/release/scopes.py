"""Which ratings enter the figures at all, so that few gaps do not cost the whole its figures on single topics.

Two figures about the same people are released together only if their sets of raters are the same or differ by three
and more. Where one rater of a hundred left a topic out, this topic's figure differs by one from that on all topics,
and is lost. So of a group that holds people, the ratings of those who said nothing at all of it on some topic may be
left out: the rest has the same raters on all topics. What is left out enters no figure at all, neither this group's
nor a person's nor the whole's. Hence all that `scoring.release.disclosure` proves holds for what is left as for any
other ratings, and of what is left out nothing follows from any figure.

It is done where it lets more be shown than it costs, by who rated whom on what. No rating's value is looked at, so
that the choice tells nothing of one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from scoring.release.rules import Cell, Contribution, Group, Rules, weight

Raters = dict[Group, dict[str, set[str]]]


def usable(cells: Iterable[Cell], known: Sequence[Contribution], rules: Rules) -> list[Contribution]:
    """Return the ratings that figures are made of; those left out are to enter nothing that is shown.

    Parameters
    ----------
    cells, known, rules
        As in `scoring.release.disclosure.decide`. From the smallest groups up to the whole, each in its turn.
    """
    asked = {cell.group for cell in cells}
    kept = list(known)
    if not rules.apart:
        return kept
    for depth in reversed(range(max((len(each.group) for each in kept), default=0))):
        kept = [each for scope, part in _split(kept, depth) for each in _better(scope, part, asked, rules)]
    return kept


def _split(known: Iterable[Contribution], depth: int) -> Iterable[tuple[Group, list[Contribution]]]:
    parts: dict[Group, list[Contribution]] = defaultdict(list)
    for each in known:
        parts[each.group[:depth]].append(each)
    return parts.items()


def _better(scope: Group, part: list[Contribution], asked: set[Group], rules: Rules) -> list[Contribution]:
    """Return the ratings of all, or of those only who rated somebody here on every topic: what lets more be shown."""
    topics = {each.topic for each in part}
    seen: dict[str, set[str]] = defaultdict(set)
    for each in part:
        seen[each.rater].add(each.topic)
    complete = [each for each in part if len(seen[each.rater]) == len(topics)]
    if scope not in asked or len(complete) == len(part):
        return part
    people = _people(part)
    rest, whole = (_worth(_raters(some, len(scope), asked), people, rules) for some in (complete, part))
    return complete if rest > whole else part


def _people(part: Iterable[Contribution]) -> Counter[Group]:
    rated = {each.group for each in part}
    return Counter(group[:depth] for group in rated for depth in range(len(group) + 1))


def _raters(part: Iterable[Contribution], least: int, asked: set[Group]) -> Raters:
    """Collect who rated each group of the scope that is asked for, by topic."""
    found: Raters = defaultdict(lambda: defaultdict(set))
    for each in part:
        for depth in range(least, len(each.group) + 1):
            if each.group[:depth] in asked:
                found[each.group[:depth]][each.topic].add(each.rater)
    return found


def _worth(raters: Raters, people: Counter[Group], rules: Rules) -> float:
    """Return what could be shown by the numbers and sets of raters alone, weighed like what is released."""
    worth = 0.0
    for group, topics in raters.items():
        everybody = set().union(*topics.values())
        if len(everybody) >= rules.fewest:
            fits = sum(_fits(some, everybody, rules) for some in topics.values())
            worth += weight(Cell(group), people[group]) + fits * weight(Cell(group, ""), people[group])
    return worth


def _fits(some: set[str], everybody: set[str], rules: Rules) -> bool:
    gap = len(everybody) - len(some)
    return len(some) >= rules.fewest and (not gap or gap >= rules.apart)
