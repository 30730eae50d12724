"""An applicant who was hired becomes staff. The application stays apart: a dated tie is all that joins the two."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import Applicant, Hire, StaffMember, Unit, Vacancy
from webapp.records.names import fold
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event
from webapp.services.staff.edit_staff import Entry, add_member
from webapp.services.staff.leave_staff import possible_day
from webapp.services.staff.moved_to_hired import is_moved
from webapp.services.staff.note_change import Author, note_change

MOST_SHOWN = 20


@dataclass(frozen=True)
class Done:
    """An applicant who sent the answers, or was hired; nothing of the result is read here."""

    applicant_id: uuid.UUID
    name: str
    email: str
    vacancy: str
    hired_on: str
    staff_member_id: uuid.UUID | None


def find_applicants(session: Session, organisation_id: uuid.UUID, search: str, *, hired: bool = False) -> list[Done]:
    """Those who are done, of closed vacancies first, by the beginning of a name; or the hired, the newest first."""
    query = _applicants(organisation_id)
    if hired:
        query = query.where(Hire.id.is_not(None)).order_by(Hire.hired_on.desc(), Hire.id.desc())
    else:
        # Where a vacancy was closed somebody was chosen; in an open one nothing may be decided yet.
        undecided = Vacancy.closed_at.is_(None)
        query = query.where(Hire.id.is_(None), Applicant.state == "done")
        query = query.order_by(undecided, Applicant.name_folded, Applicant.id)
    if search.strip():
        query = query.where(_matches(search))
    return [Done(*row) for row in session.execute(query.limit(MOST_SHOWN))]


def _applicants(organisation_id: uuid.UUID) -> Select[uuid.UUID, str, str, str, str, uuid.UUID]:
    hire = (Hire.organisation_id == Applicant.organisation_id) & (Hire.applicant_id == Applicant.id)
    vacancy = (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id)
    return (
        select(Applicant.id, Applicant.name, Applicant.email, Vacancy.title, Hire.hired_on, Hire.staff_member_id)
        .join(Vacancy, vacancy)
        .outerjoin(Hire, hire)
        .where(Applicant.organisation_id == organisation_id)
    )


def _matches(search: str) -> ColumnElement[bool]:
    folded = fold(search.strip())
    return or_(
        Applicant.name_folded.startswith(folded, autoescape=True),
        Applicant.name_folded.contains(" " + folded, autoescape=True),
        Applicant.email.startswith(search.strip().lower(), autoescape=True),
    )


def hire(
    session: Session,
    organisation_id: uuid.UUID,
    applicant_id: uuid.UUID,
    *,
    hired_on: dt.date,
    code: str,
    author: Author,
    moved: bool = False,
) -> StaffMember:
    """Make a member of staff of an applicant who is done, or was taken on by a decision; and keep when that was.

    `moved`: HR goes by the decision, so it has to stand still.
    """
    applicant = lock_row(session, Applicant, organisation_id, applicant_id)
    _check_hireable(session, applicant, moved)
    if not possible_day(hired_on):
        raise Invalid([_("This day cannot be right. Give the first working day.")])
    _refuse_twice(session, applicant)
    member = add_member(session, organisation_id, _entry(session, applicant, code), author)
    session.add(
        Hire(
            organisation_id=organisation_id,
            applicant_id=applicant.id,
            staff_member_id=member.id,
            hired_on=hired_on.isoformat(),
            user_id=author.user_id,
        )
    )
    note_change(session, member, "hired", "", hired_on.isoformat(), author)
    record_event(
        session,
        organisation_id,
        "applicant.hired",
        user_id=author.user_id,
        subject="applicant",
        subject_id=applicant.id,
    )
    session.flush()
    return member


def _check_hireable(session: Session, applicant: Applicant, moved: bool) -> None:
    if is_moved(session, applicant):
        return
    if moved:
        raise Conflict(_("This person is no longer among those whom recruiters hired. Look again."))
    if applicant.state != "done":
        raise NotFound


def _refuse_twice(session: Session, applicant: Applicant) -> None:
    known = session.scalar(
        select(Hire.id).where(Hire.organisation_id == applicant.organisation_id, Hire.applicant_id == applicant.id)
    )
    if known is not None:
        raise Conflict(_("This applicant is on the staff list already."))


def _entry(session: Session, applicant: Applicant, code: str) -> Entry:
    """What the application says about the place; the unit where it is still open."""
    vacancy = session.get_one(Vacancy, (applicant.organisation_id, applicant.vacancy_id))
    unit = session.get(Unit, (applicant.organisation_id, vacancy.unit_id)) if vacancy.unit_id else None
    return Entry(
        code=code or free_code(session, applicant.organisation_id),
        name=applicant.name,
        email=applicant.email,
        unit_id=unit.id if unit and unit.closed_at is None else None,
        job_family=vacancy.job_family,
        language=applicant.language,
    )


def free_code(session: Session, organisation_id: uuid.UUID) -> str:
    """The next code of the row NEW-1, NEW-2 ..., until HR gives the company's own."""
    taken = set(
        session.scalars(
            select(StaffMember.code).where(
                StaffMember.organisation_id == organisation_id, StaffMember.code.startswith("NEW-")
            )
        )
    )
    return next(code for number in range(1, len(taken) + 2) if (code := f"NEW-{number}") not in taken)
