"""Send one mail for one organisation. Called by background jobs, with the site's surroundings around it.

Each call ends the transaction it finds: a slow mail server must never hold the database's write lock.
One call is one try. What the server puts off is noted with the time of the next try, and the worker hands it out
again then; what it refuses for good is not tried again. A crash between the server's word and ours may send a mail
twice, under the same Message-ID; it never loses one.
"""

from __future__ import annotations

import datetime as dt
import logging
import traceback
import uuid
from email.message import EmailMessage
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Invitation, Mail
from webapp.records.base import now
from webapp.records.mail import NOT_MADE
from webapp.services.deliver_mail import MailDelayed, MailRefused, deliver_mail
from webapp.services.mails.compose import composed
from webapp.services.mails.pauses import PAUSES
from webapp.services.mails.post_mail import first_mail
from webapp.services.record_event import record_event

log = logging.getLogger(__name__)


def send_mail(session: Session, organisation_id: uuid.UUID, mail_id: uuid.UUID, settings: Settings) -> str:
    """Try once; returns the state in which the mail is then."""
    mail = session.get(Mail, (organisation_id, mail_id))
    return _try(session, mail, settings) if mail else "not_wanted"


def send_invitation(session: Session, organisation_id: uuid.UUID, invitation_id: uuid.UUID, settings: Settings) -> str:
    """Send the personal link for the first time."""
    return _first(session, organisation_id, "invitation", invitation_id, settings)


def send_receipt(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, settings: Settings) -> str:
    """Confirm a submitted sitting to its applicant; staff get no such mail."""
    return _first(session, organisation_id, "receipt", sitting_id, settings)


def _first(session: Session, organisation_id: uuid.UUID, kind: str, about_id: uuid.UUID, settings: Settings) -> str:
    _begin_writing(session)
    mail = first_mail(session, organisation_id, kind, about_id)
    session.commit()
    return _try(session, mail, settings) if mail else "not_wanted"


def _try(session: Session, mail: Mail, settings: Settings) -> str:
    if mail.state != "waiting":
        return mail.state
    state, code = _tried(session, mail, settings)
    _begin_writing(session)
    session.refresh(mail)
    _note(session, mail, state, code)
    session.commit()
    return mail.state


def _tried(session: Session, mail: Mail, settings: Settings) -> tuple[str, int | None]:
    """The state that follows from what the mail server says, and its code."""
    try:
        message = _made(session, mail, settings)
        session.commit()
        if message is None:
            return "not_wanted", None
        deliver_mail(settings, mail.organisation_id, message)
    except NotMade:
        return "given_up", NOT_MADE
    except MailRefused as error:
        return "refused", error.code
    except MailDelayed as error:
        return "waiting", error.code
    return "sent", None


class NotMade(Exception):
    """The mail cannot be made from what is kept: no further try helps."""


def _made(session: Session, mail: Mail, settings: Settings) -> EmailMessage | None:
    """A fault in one mail ends that mail, and is seen; a database that is away for a while is waited for."""
    owner, number, kind = mail.organisation_id, mail.id, mail.kind
    try:
        return composed(session, mail, settings)
    except (MailRefused, DBAPIError):
        raise
    except Exception as error:
        session.rollback()
        # Where it happened, and not the words of the fault: they may hold a name or an address.
        at = traceback.extract_tb(error.__traceback__)[-1]
        log.error(
            "mail %s of %s (%s) could not be made: %s in %s:%s",
            number,
            owner,
            kind,
            type(error).__name__,
            at.filename,
            at.lineno,
        )
        raise NotMade from None


def _note(session: Session, mail: Mail, state: str, code: int | None) -> None:
    mail.tries += 1
    mail.reply_code = code
    if mail.state != "waiting" and state != "sent":
        # Taken back while it was tried.
        return
    if state == "waiting" and mail.tries <= len(PAUSES):
        mail.next_try_at = now() + dt.timedelta(minutes=PAUSES[mail.tries - 1])
        return
    mail.state = "given_up" if state == "waiting" else state
    mail.next_try_at, mail.ended_at = None, now()
    if mail.state == "sent" and mail.kind in ("invitation", "reminder", "new_link"):
        session.get_one(Invitation, (mail.organisation_id, mail.about_id)).sent_at = now()
    if mail.state != "not_wanted":
        _record(session, mail)


def _record(session: Session, mail: Mail) -> None:
    not_made = mail.state == "given_up" and mail.reply_code == NOT_MADE
    action = f"{mail.kind}.{'not_made' if not_made else mail.state}"
    detail: dict[str, Any] = {"code": mail.reply_code} if mail.reply_code else {}
    record_event(session, mail.organisation_id, action, subject="applicant", subject_id=mail.applicant_id, **detail)


def _begin_writing(session: Session) -> None:
    session.commit()
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
