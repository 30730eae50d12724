"""Delete applicants' data when the time that the notice names is over."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Applicant, Organisation, Vacancy
from webapp.records.base import now
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.record_event import record_event

KEPT_MONTHS = 12
CHUNK = 200


def kept_months(organisation: Organisation) -> int:
    """How long this organisation keeps applicants' data after a vacancy has closed; the notice says it."""
    return int(organisation.settings.get("retention_months", KEPT_MONTHS))


def forget_applicants(session: Session, settings: Settings, today: dt.datetime | None = None) -> int:
    """Delete the next applicants that are due, with all that hangs on them; how many there were."""
    moment = today or now()
    for organisation in session.scalars(select(Organisation).order_by(Organisation.id)):
        before = months_earlier(moment, kept_months(organisation))
        for vacancy in session.scalars(ended_before(organisation, before)):
            if count := forget_some(session, vacancy, settings):
                return count
    return 0


def months_earlier(moment: dt.datetime, months: int) -> dt.datetime:
    """The same day so many months earlier, or that month's last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def ended_before(organisation: Organisation, before: dt.datetime) -> Any:
    """Vacancies that somebody closed, or whose closing date passed, before this moment."""
    return (
        select(Vacancy)
        .where(
            Vacancy.organisation_id == organisation.id,
            (Vacancy.closed_at < before) | (Vacancy.closed_at.is_(None) & (Vacancy.closes_at < before)),
        )
        .order_by(Vacancy.id)
    )


def forget_some(session: Session, vacancy: Vacancy, settings: Settings) -> int:
    owner = vacancy.organisation_id
    due = session.scalars(
        select(Applicant.id)
        .where(Applicant.organisation_id == owner, Applicant.vacancy_id == vacancy.id)
        .order_by(Applicant.id)
        .limit(CHUNK)
    ).all()
    if due:
        erase_applicants(session, owner, due, settings, "retention")
        record_event(session, owner, "applicants.forgotten", subject="vacancy", subject_id=vacancy.id, number=len(due))
    return len(due)
