"""Mails about requests: to the other people of HR that one waits, to who asked what came of it."""

from __future__ import annotations

import uuid
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.errors import NotFound
from webapp.records import Organisation, User
from webapp.services.compose_mail import Addressee, Post, write_message
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.promotion.read_requests import Asked, read_request
from webapp.services.record_event import record_event


def send_asked(
    session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID, user_id: uuid.UUID, settings: Settings
) -> bool:
    """Tell one person of HR that a request waits for them; False where it no longer does."""
    asked = read_request(session, organisation_id, request_id)
    person = _person(session, organisation_id, user_id)
    if asked.state != "open" or not person.active or "hr" not in person.roles or person.id == asked.row.asked_by:
        return False
    return _deliver(session, person, _composed(session, asked, person, "approval_asked", settings), settings)


def send_decided(session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID, settings: Settings) -> bool:
    """Tell who asked what came of the request."""
    asked = read_request(session, organisation_id, request_id)
    person = _person(session, organisation_id, asked.row.asked_by)
    if asked.state not in ("approved", "declined", "expired") or not person.active:
        return False
    return _deliver(session, person, _composed(session, asked, person, "approval_decided", settings), settings)


def _person(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> User:
    person = session.get(User, (organisation_id, user_id))
    if person is None:
        raise NotFound
    return person


def _composed(session: Session, asked: Asked, person: User, template: str, settings: Settings) -> EmailMessage:
    organisation = session.get_one(Organisation, person.organisation_id)
    language = next(code for code in (person.language, organisation.language, "en") if code in LANGUAGES)
    addressee = Addressee(organisation, person.name, person.email, language)
    post = Post(settings, addressee, uuid.uuid5(asked.row.id, f"{template} {person.id}"))
    link = f"{settings.base_url}/hr/models/requests/{asked.row.id}"
    with force_locale(language):
        return write_message(post, _subject(organisation.name, template), template, asked=asked, link=link)


def _subject(company: str, template: str) -> str:
    if template == "approval_asked":
        return _("%(company)s: a request waits for your approval", company=company)
    return _("%(company)s: your request was decided", company=company)


def _deliver(session: Session, person: User, message: EmailMessage, settings: Settings) -> bool:
    """The transaction ends before the mail server is spoken to; an address refused for good is written down."""
    owner, number = person.organisation_id, person.id
    session.commit()
    try:
        deliver_mail(settings, owner, message)
    except MailRefused as refusal:
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        what = "approval.mail_refused"
        record_event(session, owner, what, subject="user_account", subject_id=number, code=refusal.code)
        session.commit()
        return False
    return True
