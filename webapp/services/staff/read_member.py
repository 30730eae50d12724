"""One member of staff: who it is, and everything that changed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from webapp.errors import NotFound
from webapp.records import Applicant, Hire, ServiceLink, StaffHistory, StaffMember, Unit, User
from webapp.services.lock_row import lock_row
from webapp.services.staff.presence import is_present

NEWEST = 200


@dataclass(frozen=True)
class Change:
    """One line of a history."""

    at: dt.datetime
    what: str
    before: str
    after: str
    by: str
    by_file: bool


def get_member(
    session: Session, organisation_id: uuid.UUID, member_id: uuid.UUID, *, lock: bool = False
) -> StaffMember:
    """The member of staff with this id; with `lock` nobody else changes the row meanwhile."""
    if lock:
        return lock_row(session, StaffMember, organisation_id, member_id)
    member = session.scalar(
        select(StaffMember)
        .where(StaffMember.organisation_id == organisation_id, StaffMember.id == member_id)
        .options(joinedload(StaffMember.unit))
    )
    if member is None:
        raise NotFound
    return member


def history_of(session: Session, subject: StaffMember | Unit) -> list[Change]:
    """What changed, the newest first."""
    column = StaffHistory.staff_member_id if isinstance(subject, StaffMember) else StaffHistory.unit_id
    rows = session.execute(
        select(StaffHistory, User.name)
        .outerjoin(User, (User.organisation_id == StaffHistory.organisation_id) & (User.id == StaffHistory.user_id))
        .where(StaffHistory.organisation_id == subject.organisation_id, column == subject.id)
        .order_by(StaffHistory.id.desc())
        .limit(NEWEST)
    )
    return [
        Change(row.created_at, row.what, row.before, row.after, name or "", row.batch_id is not None)
        for row, name in rows
    ]


def namesakes(session: Session, member: StaffMember) -> list[tuple[StaffMember, str]]:
    """Others of the same name, with their units: they are told apart by code and unit."""
    if not member.name_folded:
        return []
    rows = session.execute(
        select(StaffMember, func.coalesce(Unit.name, ""))
        .outerjoin(Unit, (Unit.organisation_id == StaffMember.organisation_id) & (Unit.id == StaffMember.unit_id))
        .where(
            StaffMember.organisation_id == member.organisation_id,
            StaffMember.name_folded == member.name_folded,
            StaffMember.id != member.id,
        )
        .order_by(StaffMember.code)
        .limit(20)
    )
    return [(other, unit) for other, unit in rows]


def service_counts(session: Session, member: StaffMember) -> tuple[int, int]:
    """How many present colleagues rate this person, and how many this person rates."""
    other = aliased(StaffMember)
    found = []
    for mine, theirs in (
        (ServiceLink.performer_id, ServiceLink.customer_id),
        (ServiceLink.customer_id, ServiceLink.performer_id),
    ):
        query = (
            select(func.count())
            .join_from(
                ServiceLink, other, (other.organisation_id == ServiceLink.organisation_id) & (other.id == theirs)
            )
            .where(
                ServiceLink.organisation_id == member.organisation_id,
                mine == member.id,
                ServiceLink.excluded.is_(False),
                is_present(other),
            )
        )
        found.append(session.scalar(query) or 0)
    return found[0], found[1]


def hired_from(session: Session, member: StaffMember) -> Hire | None:
    """The tie to the application that this person came with; nothing of its result is read."""
    return session.scalar(
        select(Hire)
        .join(Applicant, (Applicant.organisation_id == Hire.organisation_id) & (Applicant.id == Hire.applicant_id))
        .where(Hire.organisation_id == member.organisation_id, Hire.staff_member_id == member.id)
    )
