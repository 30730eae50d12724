"""What was written to somebody, and what became of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from webapp.records import (
    Applicant,
    Mail,
    Message,
    MessageSending,
    MessageTemplate,
    MessageTemplateVersion,
    User,
    Vacancy,
)
from webapp.records.base import now
from webapp.records.mail import NOT_MADE
from webapp.services.blind.face import Face, face_of, may_date
from webapp.services.mails.pauses import PAUSES
from webapp.services.messages.placeholders import fill_kept
from webapp.services.messages.send_messages import KIND

SHOWN = 100


@dataclass(frozen=True)
class Sent:
    """One message to one person.

    `state`: waiting, delayed, sent, undelivered, not_made, withdrawn, undone, not_wanted.
    """

    sending_id: uuid.UUID
    face: Face
    language: str
    subject: str
    text: str
    state: str
    at: dt.datetime
    """When it was written; `due_at`: when it goes or went."""
    due_at: dt.datetime
    ended_at: dt.datetime | None
    who: str
    purpose: str
    template: str = ""
    version: int | None = None
    reply_code: int | None = None
    at_rest: bool = False
    """Between two tries: nobody is sending it now."""

    @property
    def can_be_withdrawn(self) -> bool:
        return (self.state == "waiting" and self.due_at > now()) or (self.state == "delayed" and self.at_rest)


def messages_of(session: Session, vacancy: Vacancy, applicant: Applicant) -> list[Sent]:
    """The newest first; where the name is hidden that something was sent, and not in which words."""
    rows = _rows(vacancy.organisation_id).where(Message.applicant_id == applicant.id)
    found = session.execute(rows.order_by(Message.created_at.desc(), Message.id.desc()).limit(SHOWN))
    return [_sent(vacancy, *row) for row in found]


def messages_of_sending(session: Session, vacancy: Vacancy, sending: MessageSending) -> list[Sent]:
    """All of one press of the button, in the order of the people's codes: it tells nothing."""
    rows = _rows(vacancy.organisation_id).where(Message.sending_id == sending.id)
    return [_sent(vacancy, *row) for row in session.execute(rows.order_by(Applicant.code))]


def _rows(organisation_id: uuid.UUID) -> Any:
    return (
        select(Message, MessageSending, Mail, Applicant, User.name, MessageTemplate.name, MessageTemplateVersion.number)
        .join(MessageSending, _of(MessageSending) & (MessageSending.id == Message.sending_id))
        .join(Applicant, _of(Applicant) & (Applicant.id == Message.applicant_id))
        .join(Mail, _of(Mail) & (Mail.about_id == Message.id) & (Mail.kind == KIND))
        .outerjoin(User, _of(User) & (User.id == MessageSending.created_by))
        .outerjoin(
            MessageTemplateVersion,
            _of(MessageTemplateVersion) & (MessageTemplateVersion.id == MessageSending.template_version_id),
        )
        .outerjoin(MessageTemplate, _of(MessageTemplate) & (MessageTemplate.id == MessageTemplateVersion.template_id))
        .where(Message.organisation_id == organisation_id)
    )


def _of(table: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = table.organisation_id == Message.organisation_id
    return condition


def _sent(
    vacancy: Vacancy,
    message: Message,
    sending: MessageSending,
    mail: Mail,
    applicant: Applicant,
    who: str | None,
    template: str | None,
    number: int | None,
) -> Sent:
    face = face_of(vacancy, applicant)
    # The language of the words would tell the language of the answers, which is hidden with the name.
    told = may_date(vacancy, applicant)
    shown = {"name": face.name or face.address, "my_page": "{my_page}"}
    return Sent(
        sending_id=sending.id,
        face=face,
        language=message.language if told else "",
        subject=fill_kept(message.subject, shown) if told else "",
        text=fill_kept(message.text, shown) if told else "",
        state=state_of(message, mail),
        at=message.created_at,
        due_at=sending.due_at,
        ended_at=mail.ended_at,
        who=who or "",
        purpose=sending.purpose,
        template=template or "",
        version=number,
        reply_code=mail.reply_code,
        at_rest=is_between_tries(mail),
    )


def is_between_tries(mail: Mail) -> bool:
    """Put off by the mail server, and not handed out again yet."""
    if mail.state != "waiting" or mail.next_try_at is None or not 0 < mail.tries <= len(PAUSES):
        return False
    return mail.next_try_at <= now() + dt.timedelta(minutes=PAUSES[mail.tries - 1])


def state_of(message: Message, mail: Mail) -> str:
    """In one word, for a page."""
    if message.stopped_at is not None and mail.state != "sent":
        return message.stopped_why
    if mail.state == "waiting":
        return "delayed" if mail.tries else "waiting"
    if mail.state == "given_up" and mail.reply_code == NOT_MADE:
        return "not_made"
    return "undelivered" if mail.state in ("refused", "given_up") else mail.state


@dataclass(frozen=True)
class SendingLine:
    """One press of the button in a list: how many in which state."""

    sending: MessageSending
    who: str
    states: Counter[str] = field(default_factory=Counter)


def sendings_of(session: Session, vacancy: Vacancy) -> list[SendingLine]:
    """What was sent from this vacancy, the newest first."""
    rows = session.execute(
        select(MessageSending, User.name)
        .outerjoin(
            User, (User.organisation_id == MessageSending.organisation_id) & (User.id == MessageSending.created_by)
        )
        .where(MessageSending.organisation_id == vacancy.organisation_id, MessageSending.vacancy_id == vacancy.id)
        .order_by(MessageSending.created_at.desc(), MessageSending.id.desc())
        .limit(SHOWN)
    ).all()
    states = _states(session, vacancy, [row[0].id for row in rows])
    return [SendingLine(sending, who or "", states.get(sending.id, Counter())) for sending, who in rows]


def _states(session: Session, vacancy: Vacancy, ids: list[uuid.UUID]) -> dict[uuid.UUID, Counter[str]]:
    # What had reached the mail server when it was stopped was sent, and is called so.
    stopped = and_(Message.stopped_at.is_not(None), Mail.state != "sent")
    rows = session.execute(
        select(Message.sending_id, Mail.state, stopped, func.count())
        .join(Mail, _of(Mail) & (Mail.about_id == Message.id) & (Mail.kind == KIND))
        .where(Message.organisation_id == vacancy.organisation_id, Message.sending_id.in_(ids))
        .group_by(Message.sending_id, Mail.state, stopped)
    )
    found: dict[uuid.UUID, Counter[str]] = {}
    for sending_id, state, is_stopped, number in rows:
        name = "withdrawn" if is_stopped else "undelivered" if state in ("refused", "given_up") else state
        found.setdefault(sending_id, Counter())[name] += number
    return found


def messages_as_read(session: Session, applicant: Applicant) -> list[dict[str, Any]]:
    """For the person's own file: what was written, with the name where it stood."""
    rows = session.execute(
        _rows(applicant.organisation_id).where(Message.applicant_id == applicant.id).order_by(Message.created_at)
    )
    return [_as_read(applicant, row[0], row[1], row[2]) for row in rows]


def _as_read(applicant: Applicant, message: Message, sending: MessageSending, mail: Mail) -> dict[str, Any]:
    values = {"name": applicant.name or applicant.email, "my_page": "{my_page}"}
    return {
        "written_at": message.created_at.isoformat(),
        "language": message.language,
        "subject": fill_kept(message.subject, values),
        "text": fill_kept(message.text, values),
        "about": sending.purpose,
        "state": state_of(message, mail),
        "ended_at": mail.ended_at.isoformat() if mail.ended_at else None,
    }
