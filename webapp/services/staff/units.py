"""Units: the list, a new one, another name, closing, opening again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import StaffMember, Unit
from webapp.records.base import new_id, now
from webapp.services.record_event import record_event
from webapp.services.staff.note_change import Author, note_change
from webapp.services.staff.presence import is_present

LONGEST_NAME = 200


@dataclass(frozen=True)
class UnitCount:
    """A unit, and how many people are in it."""

    unit: Unit
    here: int
    left: int


def list_units(session: Session, organisation_id: uuid.UUID) -> list[UnitCount]:
    """Every unit, the open ones first, by name."""
    here = func.sum(case((is_present(), 1), else_=0))
    counts = {
        key: (present or 0, everybody)
        for key, present, everybody in session.execute(
            select(StaffMember.unit_id, here, func.count())
            .where(StaffMember.organisation_id == organisation_id, StaffMember.unit_id.is_not(None))
            .group_by(StaffMember.unit_id)
        )
    }
    units = session.scalars(select(Unit).where(Unit.organisation_id == organisation_id)).all()
    rows = [UnitCount(each, counts.get(each.id, (0, 0))[0], _left(counts.get(each.id, (0, 0)))) for each in units]
    return sorted(rows, key=lambda row: (row.unit.closed_at is not None, row.unit.name.casefold()))


def _left(counted: tuple[int, int]) -> int:
    return counted[1] - counted[0]


def open_units(session: Session, organisation_id: uuid.UUID) -> list[Unit]:
    """The units that people can be in, by name."""
    rows = session.scalars(select(Unit).where(Unit.organisation_id == organisation_id, Unit.closed_at.is_(None)))
    return sorted(rows, key=lambda unit: unit.name.casefold())


def get_unit(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID) -> Unit:
    unit = session.get(Unit, (organisation_id, unit_id))
    if unit is None:
        raise NotFound
    return unit


def count_here(session: Session, unit: Unit) -> int:
    """How many people work in this unit now."""
    query = select(func.count()).where(
        StaffMember.organisation_id == unit.organisation_id, StaffMember.unit_id == unit.id, is_present()
    )
    return session.scalar(query) or 0


def add_unit(session: Session, organisation_id: uuid.UUID, name: str, author: Author) -> Unit:
    unit = Unit(organisation_id=organisation_id, id=new_id(), name=free_name(session, organisation_id, name))
    session.add(unit)
    session.flush()
    note_change(session, unit, "added", "", unit.name, author)
    record_unit(session, unit, "unit.added", author)
    return unit


def rename_unit(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID, name: str, author: Author) -> None:
    """Another name for the same unit; figures and rules go on."""
    unit = get_unit(session, organisation_id, unit_id)
    wanted = free_name(session, organisation_id, name, but=unit)
    if wanted == unit.name:
        return
    note_change(session, unit, "name", unit.name, wanted, author)
    unit.name = wanted
    record_unit(session, unit, "unit.renamed", author)


def free_name(session: Session, organisation_id: uuid.UUID, name: str, but: Unit | None = None) -> str:
    """The name, cleaned; refused where another unit has it, whatever the capitals."""
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise Invalid([_("Give the unit a name of at most %(longest)s letters.", longest=LONGEST_NAME)])
    rows = session.scalars(select(Unit).where(Unit.organisation_id == organisation_id))
    for other in rows:
        if other is not but and other.name.casefold() == wanted.casefold():
            raise Conflict(
                _("There is a unit “%(name)s” already. To put two units together, merge them.", name=other.name)
            )
    return wanted


def close_unit(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID, author: Author) -> None:
    """Close a unit in which nobody works any more."""
    unit = get_unit(session, organisation_id, unit_id)
    if unit.closed_at is not None:
        return
    if people := count_here(session, unit):
        raise Conflict(
            ngettext(
                "%(num)s person still works in this unit. Move that person first, or merge the unit into another.",
                "%(num)s people still work in this unit. Move them first, or merge the unit into another.",
                people,
            )
        )
    mark_closed(session, unit, author)
    record_unit(session, unit, "unit.closed", author)


def mark_closed(session: Session, unit: Unit, author: Author, *, into: Unit | None = None) -> None:
    unit.closed_at = now()
    unit.merged_into_id = into.id if into else None
    note_change(session, unit, "merged" if into else "closed", unit.name, into.name if into else "", author)


def reopen_unit(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID, author: Author) -> None:
    unit = get_unit(session, organisation_id, unit_id)
    if unit.closed_at is None:
        return
    unit.closed_at = unit.merged_into_id = None
    note_change(session, unit, "opened", "", unit.name, author)
    record_unit(session, unit, "unit.opened", author)


def record_unit(session: Session, unit: Unit, action: str, author: Author) -> None:
    record_event(session, unit.organisation_id, action, user_id=author.user_id, subject="unit", subject_id=unit.id)
