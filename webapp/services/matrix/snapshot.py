"""The whole matrix at once, with ids as the database holds them: two reads, and the counting is done here.

Joining 60,000 pairs to their people in SQLite takes three times as long.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, select, type_coerce
from sqlalchemy.orm import Session

from webapp.records import ServiceLink, StaffMember
from webapp.services.matrix.edit_links import rule_units
from webapp.services.matrix.read_matrix import plain_id
from webapp.services.staff.presence import is_present

UnitPair = tuple[uuid.UUID | None, uuid.UUID | None]
Link = tuple[Any, Any, str, bool]
"""Performer, customer, origin, and whether it is an exception."""


@dataclass(frozen=True)
class Snapshot:
    """Everybody's unit as a place in `units`, who is here, and every row about a pair."""

    units: tuple[uuid.UUID | None, ...]
    unit_of: dict[Any, int]
    here: frozenset[Any]
    links: Sequence[Link]

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Pairs of people who are here, the exceptions left out."""
        here = self.here
        return [(row[0], row[1]) for row in self.links if not row[3] and row[0] in here and row[1] in here]

    def counts(self, pairs: list[tuple[Any, Any]], shown: Collection[uuid.UUID | None]) -> Counter[UnitPair]:
        """How many of these pairs there are from unit to unit, for the units that are shown."""
        places = {place for place, unit in enumerate(self.units) if unit in shown}
        unit = self.unit_of
        return self.among([each for each in pairs if unit[each[0]] in places and unit[each[1]] in places])

    def exceptions(self) -> Counter[UnitPair]:
        here = self.here
        return self.among([row[:2] for row in self.links if row[3] and row[0] in here and row[1] in here])

    def written(self) -> Counter[UnitPair]:
        """How many rows there are of either kind."""
        here = self.here
        return self.among([row[:2] for row in self.links if row[0] in here and row[1] in here])

    def people(self) -> Counter[uuid.UUID | None]:
        return Counter(self.units[self.unit_of[person]] for person in self.here)

    def among(self, pairs: list[tuple[Any, Any]]) -> Counter[UnitPair]:
        # Small whole numbers are counted, and made ids at the end: an id takes long to compare.
        unit, size = self.unit_of, len(self.units)
        counted = Counter(unit[performer] * size + unit[customer] for performer, customer in pairs)
        return Counter({(self.units[key // size], self.units[key % size]): n for key, n in counted.items()})


def take_snapshot(session: Session, organisation_id: uuid.UUID, *, whole: bool = False) -> Snapshot:
    """Pairs only; or, for the rules, the whole rows with their origin and the exceptions."""
    # Plain rows: what the session would do for each of them costs more than the read.
    session.flush()
    read = session.connection().execute
    people = read(
        select(plain_id(StaffMember.id), StaffMember.unit_id, is_present()).where(
            StaffMember.organisation_id == organisation_id
        )
    ).all()
    places: dict[uuid.UUID | None, int] = {}
    one, other = plain_id(ServiceLink.performer_id), plain_id(ServiceLink.customer_id)
    ours = ServiceLink.organisation_id == organisation_id
    if whole:
        excluded = type_coerce(ServiceLink.excluded, Integer)
        links: Sequence[Any] = read(select(one, other, ServiceLink.origin, excluded).where(ours)).all()
    else:
        kept = read(select(one, other).where(ours, ServiceLink.excluded.is_(False)).order_by(one, other))
        links = [(performer, customer, "", False) for performer, customer in kept]
    return Snapshot(
        unit_of={key: places.setdefault(unit, len(places)) for key, unit, _here in people},
        here=frozenset(key for key, _unit, here in people if here),
        links=links,
        units=tuple(places),
    )


def due_by_rules(session: Session, organisation_id: uuid.UUID, snapshot: Snapshot) -> tuple[int, int]:
    """How many pairs the rules would add and take out now."""
    rules = rule_units(session, organisation_id)
    people, written = snapshot.people(), snapshot.written()
    new = sum(people[one] * (people[other] - (one == other)) - written[one, other] for one, other in rules)
    ruled = [(row[0], row[1]) for row in snapshot.links if row[2] == "rule"]
    stale = sum(number for units, number in snapshot.among(ruled).items() if units not in rules)
    return new, stale
