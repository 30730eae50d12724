"""People of a vacancy who are not done, whose mails went out so long ago, with this fate."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import shortlists
from webapp.config import Settings
from webapp.jobs import runtime
from webapp.records import Applicant, Invitation, Job, Mail, Vacancy
from webapp.records.base import now
from webapp.services.links.link_that_opens import make_link

DAY = dt.timedelta(days=1)


def person(
    session: Session,
    vacancy: Vacancy,
    settings: Settings,
    *,
    invited: float = 5,
    sent: float | None = 5,
    ends: float | None = None,
    **values: Any,
) -> tuple[Applicant, Invitation]:
    """Invited so many days ago, the mail sent so many days ago, the link ending in so many; with mails one by one."""
    applicant = shortlists.applicant(session, vacancy, **values)
    link = make_link(session, vacancy, applicant, settings)
    link.created_at, link.sent_at = now() - invited * DAY, None if sent is None else now() - sent * DAY
    if ends is not None:
        link.expires_at = now() + ends * DAY
    session.flush()
    return applicant, link


def mail(session: Session, link: Invitation, state: str, *, ago: float = 5, kind: str = "invitation") -> None:
    session.add(
        Mail(
            organisation_id=link.organisation_id,
            applicant_id=link.applicant_id,
            about_id=link.id,
            kind=kind,
            occasion=f"{kind} {ago}",
            state=state,
            created_at=now() - ago * DAY,
        )
    )
    session.flush()


def work(app: Flask, session: Session, job: Job) -> None:
    """What the worker does with a run, from wherever it is to its end."""
    from webapp.jobs.remind_job import chunk

    runtime.enter(app)
    session.commit()
    while chunk(job.organisation_id, job.id):
        pass
    session.expire_all()
