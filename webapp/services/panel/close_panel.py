"""Close a panel for good: make the figures, then forget which ratings are whose."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.records import ExpertPanel, PanelExpert
from webapp.records.base import now
from webapp.services.panel.figures import plain_figures, reckon_figures
from webapp.services.panel.find_panel import lock_panel
from webapp.services.record_event import record_event

Where = tuple[uuid.UUID, uuid.UUID]


def close_panel(
    session: Session, organisation_id: uuid.UUID, panel_id: uuid.UUID, *, user_id: uuid.UUID | None = None
) -> bool:
    """Close it; whoever comes second changes nothing. Returns whether this call closed it.

    What ties ratings to names goes, and so do the addresses. The ratings stay under codes that lead nowhere.
    """
    row = lock_panel(session, organisation_id, panel_id)
    if row.state != "open":
        return False
    figures = reckon_figures(session, row)
    row.figures = plain_figures(figures)
    row.state = "closed"
    row.closed_at = now()
    _forget(session, row)
    record_event(
        session,
        organisation_id,
        "panel.closed",
        user_id=user_id,
        subject="expert_panel",
        subject_id=row.id,
        experts=figures.experts,
        left_out=figures.left_out,
    )
    session.flush()
    return True


def _forget(session: Session, row: ExpertPanel) -> None:
    session.execute(
        update(PanelExpert)
        .where(PanelExpert.organisation_id == row.organisation_id, PanelExpert.panel_id == row.id)
        .values(expert_code=None, email=None)
        .execution_options(synchronize_session="fetch")
    )


def panels_to_close(session: Session) -> list[Where]:
    """Open panels whose last day is over, in every organisation."""
    rows = session.execute(
        select(ExpertPanel.organisation_id, ExpertPanel.id).where(
            ExpertPanel.state == "open", ExpertPanel.closes_at <= now()
        )
    )
    return [(owner, number) for owner, number in rows]


def close_due(session: Session, where: Where) -> bool:
    """Close it if its moment has really come: HR may have moved it while this waited."""
    row = lock_panel(session, *where)
    return row.state == "open" and row.closes_at <= now() and close_panel(session, *where)
