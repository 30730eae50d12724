"""What a look found becomes open findings; what it no longer finds is over."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import WatchFinding, WatchLook
from webapp.records.base import now
from webapp.services.record_event import record_event

RANK = {"watch": 1, "alarm": 2}
TELLS_NOTHING = ("too_few", "damaged")
"""A look that could not compare says of no earlier finding that it is over."""


def settle_findings(session: Session, look: WatchLook) -> None:
    """Open, open again, or end the findings of this look's model."""
    rows = {row.name: row for row in findings_of(session, look.organisation_id, look.model_version_id)}
    found = {each["name"]: each for each in look.figures.get("findings", [])}
    for name, each in found.items():
        row = rows.get(name)
        if row is None:
            _add(session, look, each)
        else:
            _go_on(session, row, look, each)
    for name, row in rows.items():
        if name not in found and row.state != "over" and _can_tell(look, name):
            row.state, row.snoozed_until = "over", None
            note(session, row, "watch.over")


def findings_of(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> list[WatchFinding]:
    return list(
        session.scalars(
            select(WatchFinding)
            .where(WatchFinding.organisation_id == organisation_id, WatchFinding.model_version_id == model_version_id)
            .order_by(WatchFinding.name)
            .execution_options(populate_existing=True)
        )
    )


def _can_tell(look: WatchLook, name: str) -> bool:
    return (name == "damaged" and look.state != "damaged") or look.state not in TELLS_NOTHING


def _add(session: Session, look: WatchLook, found: dict[str, Any]) -> None:
    row = WatchFinding(
        organisation_id=look.organisation_id,
        model_version_id=look.model_version_id,
        name=found["name"],
        level=found["level"],
        week=look.week,
        opened_at=now(),
        numbers={"each": found["numbers"]},
    )
    session.add(row)
    session.flush()
    note(session, row, "watch.found")


def _go_on(session: Session, row: WatchFinding, look: WatchLook, found: dict[str, Any]) -> None:
    """It is still there, or there again. What somebody has seen stays quiet until it gets worse."""
    worse = RANK[found["level"]] > RANK[row.level]
    row.week, row.numbers = look.week, {"each": found["numbers"]}
    if row.state == "open":
        row.level = found["level"]
    elif row.state == "over" or worse:
        row.level = found["level"]
        open_again(session, row)


def open_again(session: Session, row: WatchFinding) -> None:
    """A mail goes out again only if somebody has acted on what was told before."""
    row.serial += 1 if row.acted_at is not None else 0
    row.state, row.snoozed_until, row.opened_at = "open", None, now()
    row.acted_by, row.acted_at, row.note = None, None, ""
    note(session, row, "watch.reopened")


def note(session: Session, row: WatchFinding, action: str, user_id: uuid.UUID | None = None, **detail: Any) -> None:
    record_event(
        session,
        row.organisation_id,
        action,
        user_id=user_id,
        subject="model_version",
        subject_id=row.model_version_id,
        finding=row.name,
        level=row.level,
        **detail,
    )
