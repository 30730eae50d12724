"""Add somebody to the staff, or change what is known of them; each change is written down."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import StaffMember, Unit
from webapp.records.base import new_id
from webapp.services.record_event import record_event
from webapp.services.staff.note_change import Author, note_change
from webapp.services.staff.read_member import get_member


@dataclass(frozen=True)
class Entry:
    """What is known of somebody."""

    code: str
    name: str = ""
    email: str = ""
    unit_id: uuid.UUID | None = None
    job_family: str = ""
    language: str = ""


TEXTS = ("code", "name", "email", "job_family", "language")


def add_member(session: Session, organisation_id: uuid.UUID, entry: Entry, author: Author) -> StaffMember:
    """Somebody new, known by a code that nobody else has."""
    check_code(session, organisation_id, entry.code)
    member = StaffMember(
        organisation_id=organisation_id,
        id=new_id(),
        unit_id=open_unit(session, organisation_id, entry.unit_id),
        **{name: getattr(entry, name) for name in TEXTS},
    )
    session.add(member)
    session.flush()
    note_change(session, member, "added", "", unit_name(session, member), author)
    record_event(
        session, organisation_id, "staff.added", user_id=author.user_id, subject="staff_member", subject_id=member.id
    )
    return member


def change_member(
    session: Session, organisation_id: uuid.UUID, member_id: uuid.UUID, entry: Entry, author: Author
) -> list[str]:
    """Write what is new; returns the names of what changed."""
    member = get_member(session, organisation_id, member_id, lock=True)
    if entry.code != member.code:
        check_code(session, organisation_id, entry.code)
    changed = [name for name in TEXTS if getattr(member, name) != getattr(entry, name)]
    for name in changed:
        note_change(session, member, name, getattr(member, name), getattr(entry, name), author)
        setattr(member, name, getattr(entry, name))
    if entry.unit_id != member.unit_id:
        move(session, member, open_unit(session, organisation_id, entry.unit_id), author)
        changed.append("unit")
    if changed:
        record_event(
            session,
            organisation_id,
            "staff.changed",
            user_id=author.user_id,
            subject="staff_member",
            subject_id=member.id,
            what=changed,
        )
    session.flush()
    return changed


def move(session: Session, member: StaffMember, unit_id: uuid.UUID | None, author: Author) -> None:
    """Into another unit, or into none."""
    before = unit_name(session, member)
    member.unit_id = unit_id
    note_change(session, member, "unit", before, unit_name(session, member), author)


def unit_name(session: Session, member: StaffMember) -> str:
    if member.unit_id is None:
        return ""
    return session.get_one(Unit, (member.organisation_id, member.unit_id)).name


def open_unit(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID | None) -> uuid.UUID | None:
    """The unit, which must be one of this company and open."""
    if unit_id is None:
        return None
    unit = session.get(Unit, (organisation_id, unit_id))
    if unit is None or unit.closed_at is not None:
        raise Invalid([_("This unit is closed. Choose another one.")])
    return unit.id


def check_code(session: Session, organisation_id: uuid.UUID, code: str) -> None:
    taken = session.scalar(
        select(StaffMember.id).where(StaffMember.organisation_id == organisation_id, StaffMember.code == code)
    )
    if taken is not None:
        raise Conflict(_("Somebody else has the code “%(code)s”. Each person has a code of their own.", code=code))
