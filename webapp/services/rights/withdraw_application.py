"""Take an application back, and undo that within some days."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Gone, NotFound
from webapp.records import Applicant, Sitting, Vacancy, Withdrawal
from webapp.records.base import now
from webapp.services.read_sitting import lock_sitting
from webapp.services.record_event import record_event
from webapp.services.shortlist.leave import put_back, take_off

UNDO_DAYS = 14


def withdraw_application(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> Withdrawal:
    """Mark the application as withdrawn: no list shows a result of it any more. A second press changes nothing."""
    sitting, applicant = _held(session, organisation_id, sitting_id)
    found = withdrawal_of(session, organisation_id, applicant.id)
    if found is not None:
        return found
    if applicant.state == "withdrawn":
        raise Conflict(_("The company has ended this application already."))
    withdrawal = Withdrawal(
        organisation_id=organisation_id,
        applicant_id=applicant.id,
        state_before=applicant.state,
        until=now() + dt.timedelta(days=UNDO_DAYS),
    )
    session.add(withdrawal)
    applicant.state = "withdrawn"
    if sitting.state == "started":
        sitting.state = "withdrawn"
    take_off(session, organisation_id, [applicant.id])
    record_event(session, organisation_id, "application.withdrawn", subject="applicant", subject_id=applicant.id)
    return withdrawal


def undo_withdrawal(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> None:
    """Put the application back as it was. Where there is nothing to undo, nothing changes."""
    sitting, applicant = _held(session, organisation_id, sitting_id)
    found = withdrawal_of(session, organisation_id, applicant.id)
    if found is None:
        return
    if found.until <= now():
        raise Gone(_("It was more than %(days)s days ago, so this can no longer be undone.", days=UNDO_DAYS))
    _check_vacancy(session, applicant)
    applicant.state = found.state_before
    if sitting.state == "withdrawn":
        sitting.state = "started"
    session.delete(found)
    put_back(session, organisation_id, [applicant.id])
    record_event(session, organisation_id, "application.restored", subject="applicant", subject_id=applicant.id)


def _check_vacancy(session: Session, applicant: Applicant) -> None:
    vacancy = session.get_one(Vacancy, (applicant.organisation_id, applicant.vacancy_id))
    if vacancy.state != "open":
        raise Gone(_("This vacancy was closed meanwhile, so the application cannot be put back."))


def withdrawal_of(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Withdrawal | None:
    return session.scalar(
        select(Withdrawal).where(Withdrawal.organisation_id == organisation_id, Withdrawal.applicant_id == applicant_id)
    )


def _held(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> tuple[Sitting, Applicant]:
    sitting = lock_sitting(session, organisation_id, sitting_id)
    if sitting.applicant_id is None:
        raise NotFound()
    return sitting, session.get_one(Applicant, (organisation_id, sitting.applicant_id), populate_existing=True)
