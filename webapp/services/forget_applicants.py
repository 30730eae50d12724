"""Delete applicants' data when the time that the notice names is over."""

from __future__ import annotations

import calendar
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import AddressChange, Applicant, LinkRequest, Organisation, Outbox, Vacancy
from webapp.records.base import now
from webapp.services.demographics.forget_demographics import forget_demographics
from webapp.services.record_event import record_event
from webapp.services.rights.bury import bury
from webapp.services.rights.forget_mails import forget_mails
from webapp.services.rights.hanging_rows import belonging, hanging_tables

KEPT_MONTHS = 12
CHUNK = 200
NAMED_IN_OUTBOX = {
    "sitting": "sitting_id",
    "invitation": "invitation_id",
    "mail": "mail_id",
    "review_request": "request_id",
    "address_change": "change_id",
}
"""Tables whose rows the outbox may name, and how it names them."""


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
        erase(session, owner, due, settings, "retention")
        record_event(session, owner, "applicants.forgotten", subject="vacancy", subject_id=vacancy.id, number=len(due))
    return len(due)


def erase(session: Session, owner: uuid.UUID, applicants: Sequence[uuid.UUID], settings: Settings, reason: str) -> str:
    """Leave tombstones, then delete from the leaves to the root, as the references ask; the certificate's code."""
    certificate, _moment = bury(session, owner, applicants, settings.secret_key, reason)
    addresses = _addresses(session, owner, applicants)
    forget_demographics(session, owner, applicants, settings.secret_key)
    _forget_outbox(session, owner, applicants)
    _forget_link_requests(session, owner, addresses)
    for table in hanging_tables():
        remove(session, delete(table).where(belonging(table, owner, applicants)))
    session.expire_all()
    forget_mails(settings.mail_folder, owner, addresses)
    return certificate


def _addresses(session: Session, owner: uuid.UUID, applicants: Sequence[uuid.UUID]) -> list[str]:
    """Where these people got mail: their addresses, and new ones that were not confirmed yet."""
    now_used = select(Applicant.email).where(Applicant.organisation_id == owner, Applicant.id.in_(applicants))
    waiting = select(AddressChange.email).where(
        AddressChange.organisation_id == owner, AddressChange.applicant_id.in_(applicants)
    )
    return [*session.scalars(now_used), *session.scalars(waiting)]


def _forget_outbox(session: Session, owner: uuid.UUID, applicants: Sequence[uuid.UUID]) -> None:
    """Rows of the outbox hold ids only; those that lead to these people go too."""
    for table in hanging_tables():
        if table.name in NAMED_IN_OUTBOX:
            ids = [str(each) for each in session.scalars(select(table.c.id).where(belonging(table, owner, applicants)))]
            for start in range(0, len(ids), CHUNK):
                some = Outbox.payload[NAMED_IN_OUTBOX[table.name]].as_string().in_(ids[start : start + CHUNK])
                remove(session, delete(Outbox).where(Outbox.organisation_id == owner, some))


def _forget_link_requests(session: Session, owner: uuid.UUID, addresses: Sequence[str]) -> None:
    here = LinkRequest.organisation_id.is_(None) | (LinkRequest.organisation_id == owner)
    remove(session, delete(LinkRequest).where(here, LinkRequest.email.in_(addresses)))


def remove(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
