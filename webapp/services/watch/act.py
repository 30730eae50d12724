"""What a person does about a finding: acknowledge it with a note, or put it off until a day."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import WatchFinding
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.watch.settle_findings import note, open_again

LONGEST = dt.timedelta(days=92)


def acknowledge(
    session: Session, organisation_id: uuid.UUID, finding_id: uuid.UUID, words: str, user_id: uuid.UUID
) -> WatchFinding:
    """Note that somebody has seen to it; it stays quiet until it gets worse."""
    row = _held(session, organisation_id, finding_id)
    row.state, row.snoozed_until = "acknowledged", None
    _acted(row, words, user_id)
    note(session, row, "watch.acknowledged", user_id)
    session.flush()
    return row


def snooze(
    session: Session,
    organisation_id: uuid.UUID,
    finding_id: uuid.UUID,
    until: dt.date,
    words: str,
    user_id: uuid.UUID,
) -> WatchFinding:
    """Put it off until a day, on which it is open again."""
    today = now().date()
    if not today < until <= today + LONGEST:
        raise Invalid([_("Give a day after today, and at most three months from now.")])
    row = _held(session, organisation_id, finding_id)
    row.state, row.snoozed_until = "snoozed", until.isoformat()
    _acted(row, words, user_id)
    note(session, row, "watch.snoozed", user_id, until=row.snoozed_until)
    session.flush()
    return row


def _held(session: Session, organisation_id: uuid.UUID, finding_id: uuid.UUID) -> WatchFinding:
    row = lock_row(session, WatchFinding, organisation_id, finding_id)
    if row.state == "over":
        raise Conflict(_("The newest look no longer finds this. There is nothing to do."))
    return row


def _acted(row: WatchFinding, words: str, user_id: uuid.UUID) -> None:
    row.note, row.acted_by, row.acted_at = words.strip(), user_id, now()


def wake(session: Session) -> int:
    """Open again what was put off until today; how many."""
    rows = session.scalars(
        select(WatchFinding)
        .where(WatchFinding.state == "snoozed", WatchFinding.snoozed_until <= now().date().isoformat())
        .order_by(WatchFinding.id)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        open_again(session, row)
    session.flush()
    return len(rows)
