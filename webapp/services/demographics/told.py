"""What reports told of whom, so that later ones can be held against it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import GroupReport

Units = frozenset[str]


@dataclass(frozen=True)
class Told:
    """What one report told of one set of blocks."""

    units: Units
    categories: frozenset[str]
    stages: frozenset[str]

    def to_plain(self) -> dict[str, list[str]]:
        return {name: sorted(getattr(self, name)) for name in ("units", "categories", "stages")}

    @classmethod
    def from_plain(cls, kept: dict[str, list[str]]) -> Told:
        return cls(*(frozenset(kept[name]) for name in ("units", "categories", "stages")))


def told_before(session: Session, organisation_id: uuid.UUID) -> dict[str, list[Told]]:
    """By attribute: every set of blocks of which some report told something."""
    found: dict[str, list[Told]] = {}
    for kept in session.scalars(
        select(GroupReport.figures["released"]).where(GroupReport.organisation_id == organisation_id)
    ):
        for attribute, sets in (kept or {}).items():
            found.setdefault(attribute, []).extend(Told.from_plain(each) for each in sets)
    return found


def stages_of_unit(told: Iterable[Told], unit: str) -> set[str]:
    """Stages that were told of a set of blocks with this one in it."""
    return {stage for each in told if unit in each.units for stage in each.stages}
