"""Send one mail about somebody's rights. Called by background jobs; see `webapp.services.send_mail`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import NotFound
from webapp.records import AddressChange, Applicant, Organisation, ReviewRequest, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.compose_mail import Post, addressee_of
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.mails.compose import newest_link
from webapp.services.record_event import record_event
from webapp.services.rights.compose_rights_mail import (
    compose_address_confirm,
    compose_address_notice,
    compose_review_answer,
)

Composer = Callable[[Post, Vacancy, AddressChange], EmailMessage]


def send_review_answer(session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID, settings: Settings) -> bool:
    """Bring somebody the answer; nothing where the request is gone, as it is after an erasure."""
    request = session.get(ReviewRequest, (organisation_id, request_id))
    if request is None or request.answered_at is None:
        return False
    sitting = session.get_one(Sitting, (organisation_id, request.sitting_id))
    if sitting.applicant_id is None:
        raise NotFound()
    post, applicant, vacancy = _post(
        session, organisation_id, sitting.applicant_id, request.id, settings, sitting.language
    )
    link = newest_link(session, organisation_id, applicant.id)
    message = compose_review_answer(post, vacancy, request, link)
    return _deliver(session, applicant, message, settings, "review.mailed")


def send_address_confirm(
    session: Session, organisation_id: uuid.UUID, change_id: uuid.UUID, settings: Settings
) -> bool:
    """Ask the new mailbox."""
    return _send_about(session, organisation_id, change_id, settings, compose_address_confirm)


def send_address_notice(session: Session, organisation_id: uuid.UUID, change_id: uuid.UUID, settings: Settings) -> bool:
    """Tell the old mailbox."""
    return _send_about(session, organisation_id, change_id, settings, compose_address_notice)


def _send_about(
    session: Session, organisation_id: uuid.UUID, change_id: uuid.UUID, settings: Settings, compose: Composer
) -> bool:
    change = session.get(AddressChange, (organisation_id, change_id))
    if change is None or change.until <= now():
        return False
    number = uuid.uuid5(change.id, compose.__name__)
    post, applicant, vacancy = _post(session, organisation_id, change.applicant_id, number, settings)
    return _deliver(session, applicant, compose(post, vacancy, change), settings, "contact.mailed")


def _post(
    session: Session,
    organisation_id: uuid.UUID,
    applicant_id: uuid.UUID,
    mail_id: uuid.UUID,
    settings: Settings,
    language: str = "",
) -> tuple[Post, Applicant, Vacancy]:
    applicant = session.get_one(Applicant, (organisation_id, applicant_id))
    addressee = addressee_of(session.get_one(Organisation, organisation_id), applicant, language)
    vacancy = session.get_one(Vacancy, (organisation_id, applicant.vacancy_id))
    return Post(settings, addressee, mail_id), applicant, vacancy


def _deliver(session: Session, applicant: Applicant, message: EmailMessage, settings: Settings, action: str) -> bool:
    """Outside any transaction: a slow mail server must not hold the database. What is put off is raised again."""
    session.commit()
    try:
        deliver_mail(settings, applicant.organisation_id, message)
    except MailRefused as refusal:
        return _noted(session, applicant, action, refused=refusal.code)
    return _noted(session, applicant, action)


def _noted(session: Session, applicant: Applicant, action: str, refused: int | None = None) -> bool:
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    detail: dict[str, Any] = {} if refused is None else {"refused": refused}
    record_event(session, applicant.organisation_id, action, subject="applicant", subject_id=applicant.id, **detail)
    session.commit()
    return refused is None
