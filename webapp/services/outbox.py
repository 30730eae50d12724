"""The outbox: what transactions said must happen after them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.records import Outbox
from webapp.records.base import now

CHUNK = 1_000


def waiting_work(session: Session, topics: Sequence[str], limit: int = 100) -> list[Outbox]:
    """The oldest rows that nobody has started; topics that this program does not know wait for one that does."""
    rows = select(Outbox).where(Outbox.dispatched_at.is_(None), Outbox.topic.in_(topics))
    return list(session.scalars(rows.order_by(Outbox.created_at, Outbox.id).limit(limit)))


def mark_dispatched(session: Session, rows: Sequence[Outbox]) -> None:
    ids = [row.id for row in rows]
    session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(dispatched_at=now()))


def forget_work(session: Session, organisation_id: uuid.UUID, topics: Sequence[str], about: set[str]) -> None:
    """Delete what was asked for about these: whom a reminder went to would tell who had not answered."""
    of_topics = (Outbox.organisation_id == organisation_id, Outbox.topic.in_(topics))
    found = session.execute(select(Outbox.id, Outbox.payload).where(*of_topics)).all()
    gone = [number for number, payload in found if about & set(payload.values())]
    for start in range(0, len(gone), CHUNK):
        some = delete(Outbox).where(
            Outbox.organisation_id == organisation_id, Outbox.id.in_(gone[start : start + CHUNK])
        )
        session.execute(some.execution_options(synchronize_session=False))


def dispatch_again(
    session: Session, organisation_id: uuid.UUID, outbox_id: uuid.UUID, older_than: dt.timedelta
) -> bool:
    """Put a row back whose workflow the queue does not know: the queue's database was lost."""
    changed = session.execute(
        update(Outbox)
        .where(
            Outbox.organisation_id == organisation_id,
            Outbox.id == outbox_id,
            Outbox.dispatched_at < now() - older_than,
        )
        .values(dispatched_at=None)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]
