"""Put one unit into another: looked at first, then done."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import ServiceRule, StaffMember, Unit, Vacancy
from webapp.services.staff.edit_staff import move
from webapp.services.staff.note_change import Author
from webapp.services.staff.units import count_here, get_unit, mark_closed, record_unit


@dataclass(frozen=True)
class MergePreview:
    """What a merge would do."""

    unit: Unit
    into: Unit
    people: int
    together: int
    rules: int
    vacancies: int


def preview_merge(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID, into_id: uuid.UUID) -> MergePreview:
    unit, into = _both(session, organisation_id, unit_id, into_id)
    return MergePreview(
        unit=unit,
        into=into,
        people=_count(session, StaffMember, unit),
        together=count_here(session, unit) + count_here(session, into),
        rules=len(_rules(session, unit)),
        vacancies=_count(session, Vacancy, unit),
    )


def _both(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID, into_id: uuid.UUID) -> tuple[Unit, Unit]:
    unit, into = get_unit(session, organisation_id, unit_id), get_unit(session, organisation_id, into_id)
    if unit.id == into.id:
        raise Conflict(_("A unit cannot be merged into itself. Choose another one."))
    if into.closed_at is not None or unit.closed_at is not None:
        raise Conflict(_("One of the two units is closed. Open it again first."))
    return unit, into


def _count(session: Session, table: Any, unit: Unit) -> int:
    query = select(func.count()).where(table.organisation_id == unit.organisation_id, table.unit_id == unit.id)
    return session.scalar(query) or 0


def merge_units(
    session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID, into_id: uuid.UUID, author: Author
) -> int:
    """Move everybody, leavers too; carry rules and vacancies over; close the empty unit. Returns how many moved."""
    unit, into = _both(session, organisation_id, unit_id, into_id)
    members = session.scalars(
        select(StaffMember)
        .where(StaffMember.organisation_id == organisation_id, StaffMember.unit_id == unit.id)
        .with_for_update()
    ).all()
    for member in members:
        move(session, member, into.id, author)
    for vacancy in session.scalars(
        select(Vacancy).where(Vacancy.organisation_id == organisation_id, Vacancy.unit_id == unit.id)
    ):
        vacancy.unit_id = into.id
    carry_rules(session, unit, into)
    mark_closed(session, unit, author, into=into)
    record_unit(session, unit, "unit.merged", author)
    session.flush()
    return len(members)


def _rules(session: Session, unit: Unit) -> list[ServiceRule]:
    return list(
        session.scalars(
            select(ServiceRule)
            .where(
                ServiceRule.organisation_id == unit.organisation_id,
                or_(ServiceRule.performer_unit_id == unit.id, ServiceRule.customer_unit_id == unit.id),
            )
            .order_by(ServiceRule.id)
        )
    )


def carry_rules(session: Session, unit: Unit, into: Unit) -> None:
    """Rules of the unit become rules of the one it went into; one that is there already is not doubled."""
    there = {(rule.performer_unit_id, rule.customer_unit_id) for rule in _rules(session, into)}
    for rule in _rules(session, unit):
        pair = tuple(into.id if each == unit.id else each for each in (rule.performer_unit_id, rule.customer_unit_id))
        if pair in there:
            session.delete(rule)
        else:
            rule.performer_unit_id, rule.customer_unit_id = pair
            there.add((pair[0], pair[1]))
