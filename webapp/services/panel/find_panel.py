"""One panel, or all of them; whether it takes ratings at this moment."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import ExpertPanel
from webapp.records.base import now
from webapp.services.lock_row import lock_row


def find_panel(session: Session, organisation_id: uuid.UUID, panel_id: uuid.UUID) -> ExpertPanel:
    row = session.get(ExpertPanel, (organisation_id, panel_id))
    if row is None:
        raise NotFound
    return row


def list_panels(session: Session, organisation_id: uuid.UUID) -> list[ExpertPanel]:
    """All panels, the newest first."""
    rows = select(ExpertPanel).where(ExpertPanel.organisation_id == organisation_id)
    return list(session.scalars(rows.order_by(ExpertPanel.created_at.desc(), ExpertPanel.id.desc())))


def lock_panel(
    session: Session, organisation_id: uuid.UUID, panel_id: uuid.UUID, *, shared: bool = False
) -> ExpertPanel:
    """Read the panel anew; savers share it, and whoever closes it has it alone."""
    return lock_row(session, ExpertPanel, organisation_id, panel_id, shared=shared)


def is_taking(row: ExpertPanel) -> bool:
    """By the server's clock alone; the job that closes it may come a little later."""
    return row.state == "open" and now() < row.closes_at


def last_day(row: ExpertPanel) -> dt.date:
    """The last day on which ratings are taken; it ends at midnight UTC."""
    return (row.closes_at - dt.timedelta(microseconds=1)).date()
