"""A mail with a link that opens, to somebody who asked, and not too often."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Applicant, Mail, Vacancy
from webapp.records.base import now
from webapp.services.links.link_that_opens import link_that_opens
from webapp.services.mails.post_mail import post_mail
from webapp.services.record_event import record_event

PAUSE = dt.timedelta(minutes=10)
MOST_A_DAY = 5


def send_new_link(session: Session, applicant: Applicant, settings: Settings) -> bool:
    """Queue a mail with a link that opens, to the address on file; False where there is none or one just went out."""
    if _lately(session, applicant):
        return False
    vacancy = session.get_one(Vacancy, (applicant.organisation_id, applicant.vacancy_id))
    invitation = link_that_opens(session, vacancy, applicant, settings)
    if invitation is None:
        return False
    post_mail(session, applicant.organisation_id, "new_link", applicant_id=applicant.id, about_id=invitation.id)
    record_event(session, applicant.organisation_id, "link.requested", subject="applicant", subject_id=applicant.id)
    return True


def _lately(session: Session, applicant: Applicant) -> bool:
    """Nobody's mailbox is flooded by whoever knows the address."""
    mine = (
        select(func.count())
        .select_from(Mail)
        .where(
            Mail.organisation_id == applicant.organisation_id,
            Mail.applicant_id == applicant.id,
            Mail.kind == "new_link",
        )
    )
    just_now = session.scalar(mine.where(Mail.created_at > now() - PAUSE)) or 0
    today = session.scalar(mine.where(Mail.created_at > now() - dt.timedelta(days=1))) or 0
    return just_now > 0 or today >= MOST_A_DAY
