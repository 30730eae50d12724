"""The number of a receipt that no longer stands, because its sitting was opened again.

The event of the reopening bears an id that is made from the number: whoever shows the old receipt is found by the
event's key, without a list of numbers. The event names a row of the sitting, which an erasure takes along.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Event, Organisation, Sitting, SittingCredit

REPLACED = uuid.UUID("0ccb438b-7c41-4a3c-a96e-00dab05cb80d")


def id_for(number: str) -> uuid.UUID:
    return uuid.uuid5(REPLACED, number)


def remember_replaced(session: Session, event: Event, number: str | None) -> None:
    """Let this event be found by the receipt's number. The same answers sent twice have one number, noted once."""
    if not number:
        return
    with session.no_autoflush:
        known = session.get(Event, (event.organisation_id, id_for(number)))
    if known is None:
        event.id = id_for(number)


def replaced_sitting(session: Session, number: str) -> Sitting | None:
    """The sitting that once had this receipt; None where it never was, or is erased."""
    return session.scalar(
        select(Sitting)
        .join(
            SittingCredit,
            (SittingCredit.organisation_id == Sitting.organisation_id) & (SittingCredit.sitting_id == Sitting.id),
        )
        .join(Event, (Event.organisation_id == SittingCredit.organisation_id) & (Event.subject_id == SittingCredit.id))
        .where(Event.organisation_id.in_(select(Organisation.id)), Event.id == id_for(number))
    )
