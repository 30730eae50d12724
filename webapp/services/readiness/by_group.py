"""Readiness by unit and by job family."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from webapp.services.readiness.people import Answered, Rated
from webapp.services.readiness.telling import SMALLEST, Teller

Group = frozenset[uuid.UUID]


@dataclass(frozen=True)
class GroupRow:
    """One group's numbers, or those of `together` small groups."""

    name: str
    staff: int
    answered: int
    rated: int
    reliable: int
    both: int
    together: int = 0


@dataclass(frozen=True)
class Counter:
    """What is counted in every group, and how each number is told."""

    answered: Answered
    rated: Rated
    secret: str

    @property
    def in_confidence(self) -> bool:
        return self.answered.in_confidence or self.rated.in_confidence

    def row(self, name: str, people: Group, together: int = 0) -> GroupRow:
        answered, rated = people & self.answered.people, people & self.rated.people
        made = GroupRow(
            name,
            len(people),
            self._teller("answered", self.answered.in_confidence).told(answered, people),
            self._teller("rated", self.rated.in_confidence).told(rated, people),
            self._teller("reliable", self.rated.in_confidence).told(people & self.rated.reliably, people),
            # Who answered changes one by one: the lot is drawn among them anew.
            self._teller("both", self.in_confidence).told(answered & rated, answered),
            together,
        )
        return consistent(made)

    def _teller(self, what: str, in_confidence: bool) -> Teller:
        return Teller(what, in_confidence, self.secret)


def consistent(row: GroupRow) -> GroupRow:
    """A part is never told larger than its whole."""
    return replace(row, reliable=min(row.reliable, row.rated), both=min(row.both, row.answered, row.rated))


def rows_by(names: Mapping[uuid.UUID, str], counter: Counter) -> list[GroupRow]:
    """One row for each name, by name, people without one last; small groups together where that is needed."""
    groups: dict[str, set[uuid.UUID]] = defaultdict(set)
    for member, name in names.items():
        groups[name].add(member)
    large, small = pooled(groups) if counter.in_confidence else (list(groups), [])
    order = sorted(large, key=lambda name: (not name, name.casefold()))
    rows = [counter.row(name, frozenset(groups[name])) for name in order]
    if small and len(pool := frozenset[uuid.UUID]().union(*(groups[name] for name in small))) >= SMALLEST:
        rows.append(counter.row("", pool, len(small)))
    return rows


def pooled(groups: Mapping[str, Iterable[uuid.UUID]]) -> tuple[list[str], list[str]]:
    """Groups that stand alone, and those told together; the next larger joins while these are too few."""
    sizes = {name: len(list(people)) for name, people in groups.items()}
    rest = sorted(sizes, key=lambda name: (sizes[name], name))
    small: list[str] = []
    while rest and (sizes[rest[0]] < SMALLEST or 0 < sum(sizes[name] for name in small) < SMALLEST):
        small.append(rest.pop(0))
    return rest, small
