"""In which group a ballot counts: a unit, or small units together, so that no group is a handful of people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

FEWEST_ASKED = 8
"""More than the five ballots of a figure: some will not answer, and a ballot paper says its group."""


@dataclass(frozen=True)
class UnitSize:
    """A unit, or (None) the people of none, and how many of its people are asked."""

    unit_id: uuid.UUID | None
    name: str
    asked: int


@dataclass(frozen=True)
class Group:
    """Where ballots count together. One unit has its name; several together have none."""

    number: int
    name: str
    units: tuple[uuid.UUID | None, ...]
    asked: int

    @property
    def unit_id(self) -> uuid.UUID | None:
        return self.units[0] if len(self.units) == 1 else None

    def plain(self) -> dict[str, Any]:
        units = [str(each) if each else None for each in self.units]
        return {"number": self.number, "name": self.name, "units": units, "asked": self.asked}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Group:
        units = tuple(uuid.UUID(each) if each else None for each in plain["units"])
        return cls(plain["number"], plain["name"], units, plain["asked"])


def make_groups(sizes: Iterable[UnitSize]) -> list[Group]:
    """A group for each unit that is large enough; the small ones together, with the next larger one while too few.

    One group only where all of the company is too small for more.
    """
    rest = sorted((each for each in sizes if each.asked), key=lambda each: (each.asked, each.name))
    pool: list[UnitSize] = []
    while rest and (rest[0].asked < FEWEST_ASKED or (pool and _people(pool) < FEWEST_ASKED)):
        pool.append(rest.pop(0))
    parts = [[each] for each in sorted(rest, key=lambda each: each.name)] + ([pool] if pool else [])
    return [_group(number, part) for number, part in enumerate(parts, 1)]


def _people(units: Sequence[UnitSize]) -> int:
    return sum(each.asked for each in units)


def _group(number: int, units: Sequence[UnitSize]) -> Group:
    name = units[0].name if len(units) == 1 else ""
    return Group(number, name, tuple(each.unit_id for each in units), _people(units))


def group_of(groups: Iterable[Group]) -> dict[uuid.UUID | None, int]:
    """The group's number by unit."""
    return {unit: group.number for group in groups for unit in group.units}
