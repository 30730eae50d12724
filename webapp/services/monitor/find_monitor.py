"""One year's monitor, or all of them; whether it takes ballots at this moment; what it asks."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import lru_cache

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.definition import Questionnaire
from questionnaires.loading import load_text
from webapp.errors import Conflict, NotFound
from webapp.records import Monitor
from webapp.records.base import now
from webapp.services.lock_row import lock_row

LIBRARY = "loyalty-monitor"
parsed = lru_cache(maxsize=8)(load_text)


def find_monitor(session: Session, organisation_id: uuid.UUID, monitor_id: uuid.UUID) -> Monitor:
    row = session.get(Monitor, (organisation_id, monitor_id))
    if row is None:
        raise NotFound
    return row


def list_monitors(session: Session, organisation_id: uuid.UUID) -> list[Monitor]:
    """The newest year first."""
    rows = select(Monitor).where(Monitor.organisation_id == organisation_id)
    return list(session.scalars(rows.order_by(Monitor.year.desc())))


def lock_monitor(session: Session, organisation_id: uuid.UUID, monitor_id: uuid.UUID) -> Monitor:
    return lock_row(session, Monitor, organisation_id, monitor_id)


def draft_to_change(session: Session, organisation_id: uuid.UUID, monitor_id: uuid.UUID) -> Monitor:
    row = lock_monitor(session, organisation_id, monitor_id)
    if row.state != "draft":
        raise Conflict(_("This monitor has opened, so it can no longer be changed."))
    return row


def takes_ballots(row: Monitor) -> bool:
    """By the server's clock alone; the job that closes it may come a little later."""
    return row.state == "open" and now() < row.closes_at


def last_day(row: Monitor) -> dt.date:
    """The last day on which ballots are taken; it ends at midnight UTC."""
    return (row.closes_at - dt.timedelta(microseconds=1)).date()


def asked_by(row: Monitor) -> Questionnaire:
    """What it asks: once it has opened, the words of that day, whatever the library holds now."""
    return parsed(row.definition, row.questionnaire) if row.definition else shelf.get(LIBRARY)
