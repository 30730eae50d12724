"""Somebody leaves, or comes back. What they answered and how they were rated stays."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import StaffMember
from webapp.records.base import now
from webapp.services.record_event import record_event
from webapp.services.staff.note_change import Author, note_change
from webapp.services.staff.read_member import get_member

FIRST_YEAR = 1950
MOST_AHEAD = dt.timedelta(days=730)


def leave(session: Session, organisation_id: uuid.UUID, member_id: uuid.UUID, day: dt.date, author: Author) -> None:
    """From this day on the person is neither invited nor rated."""
    member = get_member(session, organisation_id, member_id, lock=True)
    if not possible_day(day):
        raise Invalid([_("This day cannot be right. Give the first day on which the person is not here any more.")])
    if member.left_at is not None and member.left_at <= now():
        raise Conflict(_("This person has left already."))
    set_left(session, member, day, author)
    record_left(session, member, "staff.left", author)


def today() -> dt.date:
    return now().date()


def possible_day(day: dt.date) -> bool:
    return dt.date(FIRST_YEAR, 1, 1) <= day <= today() + MOST_AHEAD


def set_left(session: Session, member: StaffMember, day: dt.date, author: Author) -> None:
    note_change(session, member, "left", left_day(member), day.isoformat(), author)
    member.left_at = beginning_of(day)


def beginning_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def left_day(member: StaffMember) -> str:
    return member.left_at.date().isoformat() if member.left_at else ""


def come_back(session: Session, organisation_id: uuid.UUID, member_id: uuid.UUID, author: Author) -> None:
    """The person works here again, with the same history."""
    member = get_member(session, organisation_id, member_id, lock=True)
    if member.left_at is None:
        raise Conflict(_("This person has not left."))
    note_change(session, member, "returned", left_day(member), "", author)
    member.left_at = None
    record_left(session, member, "staff.returned", author)


def record_left(session: Session, member: StaffMember, action: str, author: Author) -> None:
    record_event(
        session,
        member.organisation_id,
        action,
        user_id=author.user_id,
        subject="staff_member",
        subject_id=member.id,
    )
