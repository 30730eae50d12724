"""What the pages of the watch show: rows that a job wrote, and nothing computed now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from webapp.records import Job, ModelVersion, User, WatchFinding, WatchLook
from webapp.records.base import now
from webapp.services.read_models import find_model
from webapp.services.watch.due_looks import watched_models
from webapp.services.watch.weeks import last_whole_week, weeks_before

HISTORY = 26
COURSE = 8
"""Of so many looks the questions' indices are shown side by side."""
MOST_ITEMS = 5


@dataclass(frozen=True)
class Watched:
    """A model at work, its newest look, and what is open about it."""

    model: ModelVersion
    look: WatchLook | None
    findings: Sequence[WatchFinding]


@dataclass(frozen=True)
class Acted:
    """A finding that somebody has seen to."""

    finding: WatchFinding
    number: int
    by: str


def read_watched(session: Session, organisation_id: uuid.UUID) -> list[Watched]:
    """Every model at work."""
    looks = newest_looks(session, organisation_id)
    rows = findings_in(session, organisation_id, ("open",))
    return [
        Watched(model, looks.get(model.id), [row for row in rows if row.model_version_id == model.id])
        for model in watched_models(session, organisation_id)
    ]


def newest_looks(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, WatchLook]:
    newest = (
        select(WatchLook.model_version_id, func.max(WatchLook.week).label("week"))
        .where(WatchLook.organisation_id == organisation_id)
        .group_by(WatchLook.model_version_id)
        .subquery()
    )
    rows = session.scalars(
        select(WatchLook)
        .join(newest, (newest.c.model_version_id == WatchLook.model_version_id) & (newest.c.week == WatchLook.week))
        .where(WatchLook.organisation_id == organisation_id)
    )
    return {row.model_version_id: row for row in rows}


def findings_in(session: Session, organisation_id: uuid.UUID, states: Sequence[str]) -> list[WatchFinding]:
    """Alarms first."""
    return list(
        session.scalars(
            select(WatchFinding)
            .where(WatchFinding.organisation_id == organisation_id, WatchFinding.state.in_(states))
            .order_by(WatchFinding.level, WatchFinding.opened_at.desc(), WatchFinding.id)
        )
    )


def read_acted(session: Session, organisation_id: uuid.UUID) -> list[Acted]:
    """What was acknowledged or put off, with who did it."""
    numbers = {model.id: model.number for model in watched_models(session, organisation_id)}
    rows = findings_in(session, organisation_id, ("acknowledged", "snoozed"))
    return [
        Acted(row, numbers[row.model_version_id], _name(session, row))
        for row in rows
        if row.model_version_id in numbers
    ]


def _name(session: Session, row: WatchFinding) -> str:
    user = session.get(User, (row.organisation_id, row.acted_by)) if row.acted_by else None
    return user.name if user else ""


@dataclass(frozen=True)
class Watch:
    """One model's page: all looks that are kept, the newest first, and the weeks without one."""

    model: ModelVersion
    look: WatchLook | None
    history: Sequence[WatchLook]
    missed: Sequence[str]
    findings: Sequence[WatchFinding]
    course: Sequence[ItemCourse]


@dataclass(frozen=True)
class ItemCourse:
    """A question's index in the looks of some weeks, the oldest first; None where it could not be told."""

    item: str
    weeks: Sequence[tuple[str, float | None]]

    @property
    def points(self) -> str:
        """As SVG wants them: 0 to 0.5 on a height of 30, weeks on a width of 120."""
        step = 120 / max(1, len(self.weeks) - 1)
        told = [(place, psi) for place, (_week, psi) in enumerate(self.weeks) if psi is not None]
        return " ".join(f"{place * step:.1f},{30 - min(psi, 0.5) * 60:.1f}" for place, psi in told)


def read_watch(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> Watch:
    model = find_model(session, organisation_id, model_version_id)
    mine = select(WatchLook).where(WatchLook.organisation_id == organisation_id, WatchLook.model_version_id == model.id)
    newest = mine.order_by(WatchLook.week.desc())
    look = session.scalars(newest.limit(1)).first()
    history = session.scalars(newest.options(defer(WatchLook.figures)).limit(HISTORY)).all()
    rows = findings_in(session, organisation_id, ("open", "acknowledged", "snoozed"))
    mine_open = [row for row in rows if row.model_version_id == model.id]
    return Watch(model, look, history, missed_weeks(history), mine_open, course_of(session, newest, look))


def course_of(session: Session, newest: Any, look: WatchLook | None) -> list[ItemCourse]:
    """The questions that differ most now, in the looks before; nothing with one look alone."""
    looks = list(reversed(session.scalars(newest.limit(COURSE)).all()))
    if look is None or len(looks) < 2:
        return []
    indices = [(each.week, {row["item"]: row["psi"] for row in each.figures.get("items", [])}) for each in looks]
    most = [row["item"] for row in look.figures.get("items", [])[:MOST_ITEMS]]
    return [ItemCourse(item, [(week, known.get(item)) for week, known in indices]) for item in most]


def missed_weeks(history: Sequence[WatchLook]) -> list[str]:
    """Whole weeks since the first look that is shown, in which none was taken."""
    if not history:
        return []
    taken = {row.week for row in history}
    first = min(taken)
    return [week for week in weeks_before(last_whole_week(now()), HISTORY) if week > first and week not in taken]


def latest_job(session: Session, organisation_id: uuid.UUID) -> Job | None:
    return session.scalars(
        select(Job)
        .where(Job.organisation_id == organisation_id, Job.kind == "watch")
        .order_by(Job.created_at.desc())
        .limit(1)
    ).first()


def open_count(session: Session, organisation_id: uuid.UUID) -> dict[str, int]:
    """How many findings about models at work are open, by level: for the banner on other pages."""
    models = {model.id for model in watched_models(session, organisation_id)}
    rows = [row for row in findings_in(session, organisation_id, ("open",)) if row.model_version_id in models]
    return {level: sum(row.level == level for row in rows) for level in ("alarm", "watch")}
