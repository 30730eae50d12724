"""Compose a mail in the language of the person who gets it, as plain text and as a page."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.config import LANGUAGES, Settings
from webapp.records import Applicant, Invitation, Organisation, Sitting, Vacancy
from webapp.records.base import now
from webapp.security import derived_token, in_fours

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Addressee:
    """Whom a mail goes to, on whose behalf, and in which language."""

    organisation: Organisation
    name: str
    email: str
    language: str


def addressee_of(organisation: Organisation, applicant: Applicant, language: str = "") -> Addressee:
    wanted = (language, applicant.language, organisation.language, "en")
    chosen = next(code for code in wanted if code in LANGUAGES)
    return Addressee(organisation, applicant.name, applicant.email, chosen)


def invitation_link(settings: Settings, invitation_id: uuid.UUID) -> str:
    """The personal link: made again whenever it is needed, stored nowhere."""
    return f"{settings.base_url}/i/{derived_token(settings.secret_key, 'invitation', invitation_id)}"


def compose_invitation(
    settings: Settings, addressee: Addressee, vacancy: Vacancy, invitation: Invitation
) -> EmailMessage:
    """The mail that brings somebody the link."""
    with force_locale(addressee.language):
        subject = _(
            "%(company)s: your questionnaire for “%(vacancy)s”",
            company=addressee.organisation.name,
            vacancy=vacancy.title,
        )
        return _message(
            settings,
            addressee,
            subject,
            "mail/invitation",
            vacancy=vacancy,
            link=invitation_link(settings, invitation.id),
            expires_at=invitation.expires_at,
        )


def compose_receipt(
    settings: Settings, addressee: Addressee, vacancy: Vacancy, sitting: Sitting, invitation: Invitation | None
) -> EmailMessage:
    """The mail that confirms that the answers are there."""
    with force_locale(addressee.language):
        return _message(
            settings,
            addressee,
            _("%(company)s: we have your answers", company=addressee.organisation.name),
            "mail/receipt",
            vacancy=vacancy,
            link=invitation_link(settings, invitation.id) if invitation else None,
            receipt_code=in_fours(sitting.receipt_code or ""),
            submitted_at=sitting.submitted_at,
        )


def _message(settings: Settings, addressee: Addressee, subject: str, template: str, **values: Any) -> EmailMessage:
    values |= {"organisation": addressee.organisation, "name": addressee.name, "language": addressee.language}
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _one_line(subject)
    message["From"] = _sender(settings, addressee.organisation.name)
    message["To"] = _address(addressee.name, addressee.email)
    if addressee.organisation.contact_email:
        message["Reply-To"] = _address(addressee.organisation.name, addressee.organisation.contact_email)
    message["Date"] = format_datetime(now().astimezone(dt.UTC))
    message["Message-ID"] = make_msgid(domain=_sender(settings, "").domain or "localhost")
    for header, value in AUTOMATIC.items():
        message[header] = value
    message.set_content(render_template(f"{template}.txt", **values).strip() + "\n")
    message.add_alternative(render_template(f"{template}.html", **values), subtype="html")
    # Only now: making the parts carries every Content- header into the first of them.
    message["Content-Language"] = addressee.language
    return message


def _sender(settings: Settings, name: str) -> Address:
    return _address(name, parseaddr(settings.mail_from)[1] or "makings@localhost")


def _address(name: str, email: str) -> Address:
    return Address(display_name=_one_line(name), addr_spec=email)


def _one_line(text: str) -> str:
    """A header is one line, whatever a name holds."""
    return " ".join(text.split())
