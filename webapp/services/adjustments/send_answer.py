"""The mail that answers a request. It stands in no list of mails: others than the adjustments role read those."""

from __future__ import annotations

import uuid
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Adjustment, AdjustmentRequest, Applicant, Organisation, Vacancy
from webapp.services.compose_mail import Post, addressee_of, write_message
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.record_event import record_event
from webapp.services.sitting_time.clocks import granted_to

ROOM = "X-Makings-Room"
"""Whose business a mail is, where a simulated company shows what it would have sent."""


def send_answer(session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID, settings: Settings) -> bool:
    """Tell the applicant what was decided; whether there was something to tell."""
    request = session.get(AdjustmentRequest, (organisation_id, request_id))
    if request is None or request.state not in ("granted", "declined"):
        return False
    organisation = session.get_one(Organisation, organisation_id)
    applicant = session.get_one(Applicant, (organisation_id, request.applicant_id))
    vacancy = session.get_one(Vacancy, (organisation_id, applicant.vacancy_id))
    post = Post(settings, addressee_of(organisation, applicant), request.id)
    holds = granted_to(session, organisation_id, applicant.id) if request.state == "granted" else None
    message = _composed(post, vacancy, request, holds)
    # A slow mail server must not hold a transaction open.
    session.commit()
    try:
        deliver_mail(settings, organisation_id, message)
    except MailRefused as refusal:
        return _refused(session, request, refusal.code)
    return True


def _refused(session: Session, request: AdjustmentRequest, code: int) -> bool:
    """No further try helps; the candidate reads the answer on the page of the request."""
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    owner, what = request.organisation_id, "adjustment.mail_refused"
    record_event(session, owner, what, subject="adjustment_request", subject_id=request.id, code=code)
    session.commit()
    return False


def _composed(post: Post, vacancy: Vacancy, request: AdjustmentRequest, holds: Adjustment | None) -> EmailMessage:
    with force_locale(post.addressee.language):
        subject = _("%(company)s: about what you asked for", company=post.addressee.organisation.name)
        message = write_message(post, subject, "adjustment", vacancy=vacancy, request=request, holds=holds)
    message[ROOM] = "adjustments"
    return message
