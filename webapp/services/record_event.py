"""Write down what happened; events are only ever added."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from webapp.records import Event
from webapp.records.base import now


def record_event(
    session: Session,
    organisation_id: uuid.UUID,
    action: str,
    *,
    user_id: uuid.UUID | None = None,
    subject: str = "",
    subject_id: uuid.UUID | None = None,
    **detail: Any,
) -> Event:
    """Add an event to this transaction. `detail` holds no personal data."""
    event = Event(
        organisation_id=organisation_id,
        at=now(),
        action=action,
        user_id=user_id,
        subject=subject,
        subject_id=subject_id,
        detail=detail,
    )
    session.add(event)
    return event
