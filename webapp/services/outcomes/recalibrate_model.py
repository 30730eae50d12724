"""Make a new candidate model of one whose intercept the outcomes of hired people correct. Its weights stay."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.outcomes import recalibrated
from webapp.errors import Conflict, NotFound
from webapp.records import Hire, Job, ModelOutcome, ModelVersion, QuestionnaireVersion, TrainedWith
from webapp.records.base import new_id
from webapp.services.erasure.barred import refuse_barred
from webapp.services.install_company import add_model
from webapp.services.job_progress import OPEN, find_job, finish_job, hold_job
from webapp.services.lock_row import lock_organisation
from webapp.services.outcomes.take_outcomes import outcome_of
from webapp.services.serving_model import serving_model
from webapp.services.start_training import queue_job

KIND = "recalibrate"


def ask_recalibration(
    session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID, user_id: uuid.UUID
) -> Job:
    """Queue it, where outcomes suffice and it was not done with the same outcomes already."""
    lock_organisation(session, organisation_id)
    version = session.get(ModelVersion, (organisation_id, model_version_id))
    if version is None:
        raise NotFound
    refuse_barred(session, version)
    row = outcome_of(session, organisation_id, model_version_id)
    if not can_recalibrate(row):
        raise Conflict(_("There are too few outcomes to recalibrate this model."))
    if made_of(session, organisation_id, row) or _running(session, organisation_id):
        raise Conflict(_("This model was recalibrated on these outcomes already. Wait for more, or use that model."))
    return queue_job(session, organisation_id, KIND, user_id, model_version_id=str(model_version_id))


def can_recalibrate(row: ModelOutcome | None) -> bool:
    shift = (row.figures.get("recalibration") or {}) if row else {}
    return bool(shift.get("applied") and shift.get("shift"))


def made_of(session: Session, organisation_id: uuid.UUID, row: ModelOutcome | None) -> ModelVersion | None:
    """The model that was made of these outcomes, if there is one."""
    models = session.scalars(
        select(ModelVersion)
        .where(ModelVersion.organisation_id == organisation_id, ModelVersion.kind == "trained")
        .order_by(ModelVersion.number.desc())
    )
    return next((each for each in models if row and _same(each.figures.get("recalibration"), row)), None)


def _same(record: dict[str, Any] | None, row: ModelOutcome) -> bool:
    about = (record or {}).get("parent_id"), (record or {}).get("as_of")
    return about == (str(row.model_version_id), row.as_of.isoformat())


def _running(session: Session, organisation_id: uuid.UUID) -> bool:
    found = select(Job.id).where(Job.organisation_id == organisation_id, Job.kind == KIND, Job.state.in_(OPEN))
    return session.scalars(found.limit(1)).first() is not None


def recalibrate(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> ModelVersion:
    """Make and keep the model, and close the job, in one transaction; a second time finds it there."""
    there = session.scalar(
        select(ModelVersion).where(ModelVersion.organisation_id == organisation_id, ModelVersion.job_id == job_id)
    )
    if there is not None:
        return there
    job = hold_job(session, organisation_id, job_id)
    lock_organisation(session, organisation_id)
    parent = session.get_one(ModelVersion, (organisation_id, uuid.UUID(job.parameters["model_version_id"])))
    refuse_barred(session, parent)
    outcome = outcome_of(session, organisation_id, parent.id)
    if outcome is None or not can_recalibrate(outcome):
        raise Conflict(_("There are too few outcomes to recalibrate this model."))
    model = serving_model(session, organisation_id, parent.id)
    made = recalibrated(model, float(outcome.figures["recalibration"]["shift"]), record_of(parent, outcome))
    asked = session.get_one(QuestionnaireVersion, (organisation_id, parent.questionnaire_id))
    version = add_model(session, asked, parent.form, made, job_id=job_id)
    _note_people(session, parent, version, outcome)
    finish_job(
        session, find_job(session, organisation_id, job_id), model_version_id=str(version.id), number=version.number
    )
    return version


def record_of(parent: ModelVersion, outcome: ModelOutcome) -> dict[str, Any]:
    """On what the move rests: for the manifest, the card and the pages."""
    shift = outcome.figures["recalibration"]
    return {
        "parent": parent.number,
        "parent_id": str(parent.id),
        "parent_sha256": parent.artefact_sha256,
        "as_of": outcome.as_of.isoformat(),
        "people": outcome.figures["n"],
        "expected": shift["expected"],
        "observed": shift["observed"],
        "after": round(shift["expected"] + shift["shift"], 4),
        "in_confidence": bool(outcome.figures.get("in_confidence")),
    }


def _note_people(session: Session, parent: ModelVersion, version: ModelVersion, outcome: ModelOutcome) -> None:
    """Whoever was in the parent is in this model, and so are those whose outcomes moved it: for erasing."""
    owner = version.organisation_id
    of_parent = select(TrainedWith.staff_member_id).where(
        TrainedWith.organisation_id == owner, TrainedWith.model_version_id == parent.id
    )
    named = {uuid.UUID(each) for each in outcome.based_on.get("members", [])}
    hired = set(session.scalars(select(Hire.staff_member_id).where(Hire.organisation_id == owner))) & named
    rows = [
        {"organisation_id": owner, "id": new_id(), "model_version_id": version.id, "staff_member_id": member}
        for member in sorted(set(session.scalars(of_parent)) | hired)
    ]
    if rows:
        session.execute(insert(TrainedWith), rows)
