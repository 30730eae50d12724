"""Keep messages and have them sent, once, after a time in which they can be taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import DecisionBatch, Event, Mail, Message, MessageSending
from webapp.records.base import new_id, now
from webapp.services.lock_row import lock_row
from webapp.services.messages.placeholders import fill_early
from webapp.services.messages.plan_sending import People, Told, Wording, check_wording, early_values, told_people
from webapp.services.messages.templates import keep_shipped, template_of
from webapp.services.read_vacancy import lock_vacancy
from webapp.services.record_event import record_event

GRACE = dt.timedelta(minutes=10)
"""Between the press of the button and the first mail."""

UNDO = dt.timedelta(days=1)
"""As long as a decision can be undone."""

KIND = "message"


@dataclass(frozen=True)
class Order:
    """What somebody pressed: the form's token, the template it began from, when it goes, and what it tells."""

    token: str
    template_key: str = ""
    after_the_day: bool = False
    batch: DecisionBatch | None = None


def send_messages(
    session: Session, people: People, wording: Wording, order: Order, user_id: uuid.UUID
) -> MessageSending:
    """Keep them all; the same token again is the same sending, and nobody gets it twice."""
    check_wording(people, wording)
    lock_vacancy(session, people.vacancy)
    known = find_by_token(session, people.vacancy.organisation_id, order.token)
    if known is not None:
        return known
    told = [each for each in told_people(people, wording) if each.language]
    sending = _sending(session, people, order, user_id, len(told))
    session.add(sending)
    session.flush()
    _keep(session, people, wording, sending, told)
    record_event(
        session,
        sending.organisation_id,
        "messages.queued",
        user_id=user_id,
        subject="vacancy",
        subject_id=sending.vacancy_id,
        purpose=sending.purpose,
        number=len(told),
        held_until=sending.held_until,
    )
    return sending


def find_by_token(session: Session, organisation_id: uuid.UUID, token: str) -> MessageSending | None:
    return session.scalar(
        select(MessageSending).where(MessageSending.organisation_id == organisation_id, MessageSending.token == token)
    )


def _sending(session: Session, people: People, order: Order, user_id: uuid.UUID, number: int) -> MessageSending:
    owner, vacancy = people.vacancy.organisation_id, people.vacancy
    version = keep_shipped(session, owner, order.template_key) if order.template_key else None
    return MessageSending(
        organisation_id=owner,
        id=new_id(),
        vacancy_id=vacancy.id,
        token=order.token,
        purpose=template_of(session, owner, order.template_key).purpose if order.template_key else "free",
        template_version_id=version,
        created_by=user_id,
        held_until="day" if order.after_the_day else "grace",
        due_at=due_at(session, order),
        decision_batch=order.batch.id if order.batch else None,
        people=number,
    )


def due_at(session: Session, order: Order) -> dt.datetime:
    """When the first mail may go; a decision that was undone meanwhile is told to nobody."""
    if order.batch is None:
        return now() + (UNDO if order.after_the_day else GRACE)
    batch = lock_row(session, DecisionBatch, order.batch.organisation_id, order.batch.id)
    if batch.undone_at is not None or batch.decided_at is None:
        raise Conflict(_("This decision was undone, so nobody is told of it. Nothing was sent."))
    return max(now() + GRACE, batch.decided_at + UNDO) if order.after_the_day else now() + GRACE


def _keep(session: Session, people: People, wording: Wording, sending: MessageSending, told: Sequence[Told]) -> None:
    values = early_values(people)
    texts = {
        code: {part: fill_early(words, values) for part, words in wording.texts[code].items()}
        for code in {each.language for each in told}
    }
    rows = [_message(sending, each, texts[each.language]) for each in told]
    if rows:
        session.execute(insert(Message), rows)
        session.execute(insert(Mail), [_mail(sending, row) for row in rows])
        session.execute(insert(Event), [_event(sending, row) for row in rows])
    session.flush()


def _message(sending: MessageSending, told: Told, text: dict[str, str]) -> dict[str, Any]:
    return {
        "organisation_id": sending.organisation_id,
        "id": new_id(),
        "applicant_id": told.applicant.id,
        "sending_id": sending.id,
        "language": told.language,
        "subject": text["subject"],
        "text": text["text"],
    }


def _mail(sending: MessageSending, row: dict[str, Any]) -> dict[str, Any]:
    """Not handed out yet: the worker does it when its time has come, and until then it can be taken back."""
    return {
        "organisation_id": sending.organisation_id,
        "id": new_id(),
        "applicant_id": row["applicant_id"],
        "kind": KIND,
        "about_id": row["id"],
        "occasion": "",
        "next_try_at": sending.due_at,
    }


def _event(sending: MessageSending, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "organisation_id": sending.organisation_id,
        "at": now(),
        "action": "message.queued",
        "user_id": sending.created_by,
        "subject": "applicant",
        "subject_id": row["applicant_id"],
        "detail": {"purpose": sending.purpose},
    }
