"""Say in this transaction what must happen after it."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from webapp.records import Outbox


def queue_work(session: Session, organisation_id: uuid.UUID, topic: str, **ids: uuid.UUID) -> Outbox:
    """Add an outbox row; the dispatcher starts the workflow of this name once the transaction is there."""
    row = Outbox(organisation_id=organisation_id, topic=topic, payload={key: str(value) for key, value in ids.items()})
    session.add(row)
    return row
