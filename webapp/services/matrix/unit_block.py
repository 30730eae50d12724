"""Two units in the matrix: the performers of one, the internal customers of the other."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import StaffMember
from webapp.services.matrix.edit_links import IdPair, links_among, rule_units
from webapp.services.staff.presence import is_present
from webapp.services.staff.units import get_unit

PERFORMERS = 20
CUSTOMERS = 15


@dataclass(frozen=True)
class Side:
    """Some of the people of one unit."""

    unit_id: uuid.UUID | None
    name: str
    people: tuple[StaffMember, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class UnitBlock:
    """Who of these serves whom of those."""

    performers: Side
    customers: Side
    pairs: frozenset[IdPair]
    exceptions: frozenset[IdPair]
    ruled: bool


def unit_block(
    session: Session,
    organisation_id: uuid.UUID,
    performer_unit: uuid.UUID | None,
    customer_unit: uuid.UUID | None,
    *,
    performer_page: int = 0,
    customer_page: int = 0,
) -> UnitBlock:
    """One page of performers against one page of customers."""
    performers = side(session, organisation_id, performer_unit, performer_page, PERFORMERS)
    customers = side(session, organisation_id, customer_unit, customer_page, CUSTOMERS)
    shown = [(one.id, other.id) for one in performers.people for other in customers.people]
    links = links_among(session, organisation_id, shown)
    return UnitBlock(
        performers,
        customers,
        frozenset(pair for pair, row in links.items() if not row.excluded),
        frozenset(pair for pair, row in links.items() if row.excluded),
        (performer_unit, customer_unit) in rule_units(session, organisation_id),
    )


def side(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID | None, page: int, size: int) -> Side:
    name = get_unit(session, organisation_id, unit_id).name if unit_id else ""
    people = members(session, organisation_id, unit_id)
    pages = max(1, -(-len(people) // size))
    page = max(0, min(page, pages - 1))
    return Side(unit_id, name, tuple(people[page * size :][:size]), page, pages, len(people))


def members(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID | None) -> Sequence[StaffMember]:
    """Who works in this unit, by name, then by code."""
    return session.scalars(
        select(StaffMember)
        .where(
            StaffMember.organisation_id == organisation_id,
            StaffMember.unit_id == unit_id if unit_id else StaffMember.unit_id.is_(None),
            is_present(),
        )
        .order_by(StaffMember.name_folded, StaffMember.code)
    ).all()
