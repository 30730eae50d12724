"""The sets of raters behind what has been released, and how far others are from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

from scoring.release.rules import Cell, Group

Raters = frozenset[object]


class Sets:
    """Sets of raters by group; those of a group are compared with its own, its members' and its wider groups'."""

    def __init__(self, apart: int) -> None:
        self.distance = apart
        self.own: dict[Group, dict[Cell, Raters]] = defaultdict(dict)
        self.below: dict[Group, dict[Cell, Raters]] = defaultdict(dict)
        self.version: dict[Group, int] = {}
        """Changes with the group's own sets, and never comes back."""

    def add(self, cell: Cell, raters: Iterable[object]) -> None:
        self.version[cell.group] = self.version.get(cell.group, 0) + 1
        self.own[cell.group][cell] = frozenset(raters)
        for depth in range(len(cell.group)):
            self.below[cell.group[:depth]][cell] = self.own[cell.group][cell]

    def take_back(self, cell: Cell) -> None:
        self.version[cell.group] = self.version.get(cell.group, 0) + 1
        del self.own[cell.group][cell]
        for depth in range(len(cell.group)):
            del self.below[cell.group[:depth]][cell]

    def cells(self, group: Group) -> list[Cell]:
        return list(self.own.get(group, ()))

    def apart(self, cell: Cell, raters: Set[object]) -> bool:
        """Whether these raters are the same as those of all figures to compare with, or far enough from them."""
        return all(self._far(raters, other) for other in self._comparable(cell.group))

    def apart_within(self, group: Group, raters: Set[object]) -> bool:
        """The same, compared with figures about just these people."""
        return not self.distance or all(self._far(raters, other) for other in self._of(group))

    def _of(self, group: Group) -> Iterable[Raters]:
        return self.own[group].values() if group in self.own else ()

    def _comparable(self, group: Group) -> Iterator[Raters]:
        for depth in range(len(group) + 1):
            yield from self._of(group[:depth])
        yield from self.below[group].values() if group in self.below else ()

    def _far(self, raters: Set[object], other: Raters) -> bool:
        if abs(len(raters) - len(other)) >= self.distance:
            return True
        return raters == other or len(raters ^ other) >= self.distance
