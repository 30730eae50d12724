"""Take messages back before they go out: by whoever sent them, or because the decision that they tell was undone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, NotFound
from webapp.records import Decision, Mail, Message, MessageSending
from webapp.records.base import now
from webapp.services.mails.pauses import PAUSES
from webapp.services.messages.send_messages import KIND
from webapp.services.record_event import record_event

CHUNK = 500


def withdraw_sending(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, sending_id: uuid.UUID, user_id: uuid.UUID
) -> int:
    """Take back all of one sending that is not on its way; `Conflict` where that is nothing."""
    sending = find_sending(session, organisation_id, vacancy_id, sending_id)
    number = _stop(session, _at_rest(organisation_id).where(MessageSending.id == sending.id), "withdrawn", user_id)
    if not number:
        raise Conflict(_("These messages are on their way already, or were taken back. Nothing was changed."))
    return number


def stop_waiting_messages(
    session: Session,
    organisation_id: uuid.UUID,
    *,
    decision_batch: uuid.UUID | None = None,
    applicant_ids: Collection[uuid.UUID] | None = None,
    user_id: uuid.UUID | None = None,
) -> int:
    """Stop what waits to tell of a decision that is undone; how many there were.

    By the batch, by people, or both: then only these people's messages of that batch. What the worker was handed is
    stopped too: it looks before it composes.
    """
    if decision_batch is None and applicant_ids is None:
        return 0
    waiting = _waiting(organisation_id)
    if decision_batch is not None:
        waiting = waiting.where(MessageSending.decision_batch == decision_batch)
    if applicant_ids is None:
        return _stop(session, waiting, "undone", user_id)
    ids = list(applicant_ids)
    return sum(
        _stop(session, waiting.where(Message.applicant_id.in_(ids[start : start + CHUNK])), "undone", user_id)
        for start in range(0, len(ids), CHUNK)
    )


def stop_for_decisions(session: Session, organisation_id: uuid.UUID, decisions: Sequence[uuid.UUID]) -> None:
    """What follows when these decisions are undone: nobody is told of them."""
    undone: dict[uuid.UUID, list[uuid.UUID]] = {}
    for start in range(0, len(decisions), CHUNK):
        rows = select(Decision.batch_id, Decision.applicant_id).where(
            Decision.organisation_id == organisation_id, Decision.id.in_(decisions[start : start + CHUNK])
        )
        for batch_id, applicant_id in session.execute(rows):
            undone.setdefault(batch_id, []).append(applicant_id)
    for batch_id, people in undone.items():
        stop_waiting_messages(session, organisation_id, decision_batch=batch_id, applicant_ids=people)


def find_sending(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, sending_id: uuid.UUID
) -> MessageSending:
    found = session.get(MessageSending, (organisation_id, sending_id))
    if found is None or found.vacancy_id != vacancy_id:
        raise NotFound
    return found


def _at_rest(organisation_id: uuid.UUID) -> Any:
    """Of those that wait: nobody has handed them out yet, or the mail server put them off and the next try is to come.

    Handing out moves the time further than any pause, under the same lock.
    """
    untouched = and_(Mail.tries == 0, Mail.next_try_at == MessageSending.due_at)
    between = [
        and_(Mail.tries == tries, Mail.next_try_at <= now() + dt.timedelta(minutes=pause))
        for tries, pause in enumerate(PAUSES, 1)
    ]
    return _waiting(organisation_id).where(or_(untouched, *between))


def _waiting(organisation_id: uuid.UUID) -> Any:
    """Messages that have not ended."""
    return (
        select(Message, Mail)
        .join(MessageSending, _same(MessageSending) & (MessageSending.id == Message.sending_id))
        .join(Mail, _same(Mail) & (Mail.about_id == Message.id) & (Mail.kind == KIND))
        .where(
            Message.organisation_id == organisation_id,
            Mail.state == "waiting",
        )
        .with_for_update(of=Mail)
        .execution_options(populate_existing=True)
    )


def _same(table: Any) -> Any:
    return table.organisation_id == Message.organisation_id


def _stop(session: Session, waiting: Any, why: str, user_id: uuid.UUID | None) -> int:
    rows = session.execute(waiting).all()
    for message, mail in rows:
        message.stopped_at, message.stopped_why = now(), why
        mail.state, mail.ended_at, mail.next_try_at = "not_wanted", now(), None
        record_event(
            session,
            message.organisation_id,
            "message.stopped",
            user_id=user_id,
            subject="applicant",
            subject_id=message.applicant_id,
            why=why,
        )
    session.flush()
    return len(rows)
