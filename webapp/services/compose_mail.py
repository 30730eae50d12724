"""Compose a mail in the language of the person who gets it, as plain text and as a page."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.config import LANGUAGES, Settings
from webapp.records import Applicant, Invitation, Organisation, Sitting, Vacancy
from webapp.records.base import now
from webapp.security import derived_token, in_fours
from webapp.services.acknowledge import ReceiptLine
from webapp.services.deliver_mail import NO_SUCH_ADDRESS, MailRefused
from webapp.services.mails.headers import POLICY

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Addressee:
    """Whom a mail goes to, on whose behalf, and in which language."""

    organisation: Organisation
    name: str
    email: str
    language: str


@dataclass(frozen=True)
class Post:
    """One mail on its way: the same `mail_id` again is the same mail, and its Message-ID says so."""

    settings: Settings
    addressee: Addressee
    mail_id: uuid.UUID


def addressee_of(organisation: Organisation, applicant: Applicant, language: str = "") -> Addressee:
    wanted = (language, applicant.language, organisation.language, "en")
    chosen = next(code for code in wanted if code in LANGUAGES)
    return Addressee(organisation, applicant.name, applicant.email, chosen)


def invitation_link(settings: Settings, invitation_id: uuid.UUID) -> str:
    """The personal link: made again whenever it is needed, stored nowhere."""
    return f"{settings.base_url}/i/{derived_token(settings.secret_key, 'invitation', invitation_id)}"


def compose_invitation(post: Post, vacancy: Vacancy, invitation: Invitation) -> EmailMessage:
    """The mail that brings somebody the link."""
    with force_locale(post.addressee.language):
        company = post.addressee.organisation.name
        subject = _("%(company)s: your questionnaire for “%(vacancy)s”", **_of(company, vacancy))
        return write_message(post, subject, "invitation", vacancy=vacancy, **_link(post, vacancy, invitation))


def compose_reminder(post: Post, vacancy: Vacancy, invitation: Invitation, *, begun: bool) -> EmailMessage:
    """The mail that says that the questionnaire still waits, and until when."""
    with force_locale(post.addressee.language):
        company = post.addressee.organisation.name
        subject = _("%(company)s: a reminder of your questionnaire for “%(vacancy)s”", **_of(company, vacancy))
        return write_message(
            post, subject, "reminder", vacancy=vacancy, begun=begun, **_link(post, vacancy, invitation)
        )


def compose_new_link(post: Post, vacancy: Vacancy, invitation: Invitation) -> EmailMessage:
    """The mail that answers “send me a new link”."""
    with force_locale(post.addressee.language):
        company = post.addressee.organisation.name
        subject = _("%(company)s: your link to the questionnaire for “%(vacancy)s”", **_of(company, vacancy))
        return write_message(post, subject, "new_link", vacancy=vacancy, **_link(post, vacancy, invitation))


def compose_confirmation(post: Post, vacancy: Vacancy) -> EmailMessage:
    """The mail that asks somebody to a short questionnaire on the spot; it holds no link."""
    with force_locale(post.addressee.language):
        company = post.addressee.organisation.name
        subject = _("%(company)s: a second questionnaire at our place, for “%(vacancy)s”", **_of(company, vacancy))
        return write_message(post, subject, "confirmation", vacancy=vacancy)


def compose_receipt(
    post: Post, vacancy: Vacancy, sitting: Sitting, invitation: Invitation | None, lines: Sequence[ReceiptLine]
) -> EmailMessage:
    """The mail that confirms that the answers are there, with the code of each."""
    with force_locale(post.addressee.language):
        return write_message(
            post,
            _("%(company)s: we have your answers", company=post.addressee.organisation.name),
            "receipt",
            vacancy=vacancy,
            link=invitation_link(post.settings, invitation.id) if invitation else None,
            check_link=f"{post.settings.base_url}/receipt",
            receipt_code=in_fours(sitting.receipt_code or ""),
            submitted_at=sitting.submitted_at,
            lines=lines,
        )


def _of(company: str, vacancy: Vacancy) -> dict[str, str]:
    return {"company": company, "vacancy": vacancy.title}


def _link(post: Post, vacancy: Vacancy, invitation: Invitation) -> dict[str, Any]:
    return {
        "link": invitation_link(post.settings, invitation.id),
        "expires_at": invitation.expires_at,
        "opens_at": vacancy.opens_at if vacancy.opens_at and vacancy.opens_at > now() else None,
    }


def write_message(post: Post, subject: str, template: str, **values: Any) -> EmailMessage:
    to, company = post.addressee, post.addressee.organisation
    values |= {"organisation": company, "name": to.name, "language": to.language, "subject": _one_line(subject)}
    message = EmailMessage(policy=POLICY)
    message["Subject"] = _one_line(subject)
    message["From"] = _sender(post.settings, company.name)
    message["To"] = _addressee(to)
    if company.contact_email:
        message["Reply-To"] = _address(company.name, company.contact_email)
    message["Date"] = format_datetime(now().astimezone(dt.UTC))
    message["Message-ID"] = f"<{post.mail_id}@{_sender(post.settings, '').domain or 'localhost'}>"
    for header, value in AUTOMATIC.items():
        message[header] = value
    message.set_content(render_template(f"mail/{template}.txt", **values).strip() + "\n")
    message.add_alternative(render_template(f"mail/{template}.html", **values), subtype="html")
    # Only now: making the parts carries every Content- header into the first of them.
    message["Content-Language"] = to.language
    return message


def _addressee(to: Addressee) -> Address:
    try:
        return _address(to.name, to.email)
    except (MessageError, ValueError) as error:
        raise MailRefused(NO_SUCH_ADDRESS) from error


def _sender(settings: Settings, name: str) -> Address:
    return _address(name, parseaddr(settings.mail_from)[1] or "makings@localhost")


def _address(name: str, email: str) -> Address:
    return Address(display_name=_one_line(name), addr_spec=_in_ascii(email))


def _in_ascii(email: str) -> str:
    """The address as mail servers write it: a name such as žukas.lt has a form in plain letters."""
    try:
        return validate_email(email, check_deliverability=False, test_environment=True).ascii_email or email
    except EmailNotValidError:
        return email


def _one_line(text: str) -> str:
    """A header is one line, whatever a name holds."""
    return " ".join(text.split())
