"""Take one look at one model for one week, and keep it once."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.confidence import in_fives
from models.errors import ModelError
from models.trained import TrainedModel
from models.watching import look_at
from scoring.errors import ScoringError
from webapp.records import ModelVersion, WatchLook
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event
from webapp.services.serving_model import serving_model
from webapp.services.watch.read_people import People, read_people
from webapp.services.watch.settle_findings import settle_findings
from webapp.services.watch.weeks import LATELY, LOOKED_BACK, end_of, is_over

DAMAGED: dict[str, Any] = {"state": "damaged", "findings": [{"name": "damaged", "level": "alarm", "numbers": []}]}


@dataclass(frozen=True)
class Material:
    """What a look is computed from; no session is needed any more."""

    organisation_id: uuid.UUID
    model_version_id: uuid.UUID
    week: str
    until: dt.datetime
    model: TrainedModel | None
    people: People | None


def gather_look(
    session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID, week: str
) -> Material | None:
    """Read everything for one look; None where this week was looked at as a whole already."""
    found = look_of(session, organisation_id, model_version_id, week)
    if found is not None and found.whole:
        return None
    version = session.get_one(ModelVersion, (organisation_id, model_version_id))
    until = min(end_of(week), now())
    try:
        model = serving_model(session, organisation_id, model_version_id)
    except ModelError:
        return Material(organisation_id, model_version_id, week, until, None, None)
    people = read_people(session, version, week, until)
    return Material(organisation_id, model_version_id, week, until, model, people)


def look_of(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID, week: str) -> WatchLook | None:
    return session.scalar(
        select(WatchLook)
        .where(
            WatchLook.organisation_id == organisation_id,
            WatchLook.model_version_id == model_version_id,
            WatchLook.week == week,
        )
        .execution_options(populate_existing=True)
    )


def figures_of(material: Material) -> dict[str, Any]:
    """Compute the look. A model whose stored file is damaged is said to be so, and the others go on."""
    model, people = material.model, material.people
    if model is None or people is None:
        return dict(DAMAGED)
    seed = int(hashlib.sha256(f"{material.model_version_id}:{material.week}".encode()).hexdigest()[:8], 16)
    try:
        found = look_at(model, people.staff, people.applicants, people.confirmations, seed, people.left_out)
    except (ModelError, ScoringError):
        return dict(DAMAGED)
    return {
        **found,
        "window": {"weeks": LOOKED_BACK, "lately": LATELY, "until": material.until.isoformat()},
        "taken": {
            "applicants": len(people.applicants),
            "of_applicants": people.found,
            "staff": in_fives(len(people.staff)),
            "of_staff": in_fives(people.answered),
        },
    }


def keep_look(
    session: Session, material: Material, figures: dict[str, Any], job_id: uuid.UUID | None
) -> WatchLook | None:
    """Keep it and settle its findings, in one transaction. Of two workers the second finds the first one's look."""
    owner, model = material.organisation_id, material.model_version_id
    lock_row(session, ModelVersion, owner, model)
    row = look_of(session, owner, model, material.week)
    if row is not None and row.whole:
        return None
    if row is None:
        row = WatchLook(organisation_id=owner, model_version_id=model, week=material.week)
        session.add(row)
    row.whole = is_over(material.week, now())
    row.looked_at, row.job_id, row.state, row.figures = now(), job_id, figures["state"], figures
    row.applicants = figures.get("taken", {}).get("of_applicants", 0)
    row.staff = figures.get("taken", {}).get("of_staff", 0)
    session.flush()
    record_event(
        session, owner, "watch.looked", subject="model_version", subject_id=model, week=row.week, state=row.state
    )
    if newest_week(session, owner, model) == row.week:
        settle_findings(session, row)
    session.flush()
    return row


def newest_week(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> str | None:
    return session.scalar(
        select(WatchLook.week)
        .where(WatchLook.organisation_id == organisation_id, WatchLook.model_version_id == model_version_id)
        .order_by(WatchLook.week.desc())
        .limit(1)
    )
