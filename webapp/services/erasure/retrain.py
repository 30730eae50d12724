"""Trainings that erasures made due: begun when their day has come, one for all that wait, and seen to their end."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import ErasedModel, Erasure, Job, ModelVersion, Retraining
from webapp.records.base import now
from webapp.services.erasure.notify_hr import notify_hr
from webapp.services.lock_row import lock_organisation, lock_row
from webapp.services.record_event import record_event
from webapp.services.start_training import running_training, start_training

AFTER_A_FAILURE = dt.timedelta(days=1)
CANNOT_BE_LEARNED = ("too_few", "no_answers", "no_ratings", "constant_ratings")
"""Why a run refuses for good: there is not enough left to learn from."""


def open_retrainings(session: Session) -> list[Retraining]:
    """Those of every organisation that have not ended; for the worker."""
    rows = select(Retraining).where(Retraining.state.in_(("due", "running")))
    return list(session.scalars(rows.order_by(Retraining.due_at, Retraining.id)))


def look_after(session: Session, found: Retraining) -> None:
    """Bring one of them a step further: whoever looks twice changes nothing the second time."""
    lock_organisation(session, found.organisation_id)
    row = lock_row(session, Retraining, found.organisation_id, found.id)
    if row.state == "running":
        _look_at_job(session, row)
    elif row.state == "due" and (done := _trained_since(session, row)) is not None:
        _end(session, row, "done", done)
    elif row.state == "due" and row.next_try_at <= now() and running_training(session, row.organisation_id) is None:
        _begin(session, row)


def _begin(session: Session, row: Retraining) -> None:
    job = start_training(session, row.organisation_id, row.questionnaire_id, row.form, criterion=row.criterion)
    row.state, row.job_id = "running", job.id
    record_event(
        session, row.organisation_id, "retraining.begun", subject="retraining", subject_id=row.id, job=str(job.id)
    )


def _look_at_job(session: Session, row: Retraining) -> None:
    job = session.get(Job, (row.organisation_id, row.job_id))
    if job is None or job.state == "cancelled":
        _try_again(row, "cancelled")
    elif job.state == "done":
        _end(session, row, "done", _model_of(session, job))
    elif job.state == "failed":
        row.reason = str(job.result.get("reason", "broken"))
        if row.reason in CANNOT_BE_LEARNED:
            _end(session, row, "impossible", None)
        else:
            _try_again(row, row.reason)


def _try_again(row: Retraining, reason: str) -> None:
    row.state, row.reason, row.next_try_at = "due", reason, now() + AFTER_A_FAILURE


def _end(session: Session, row: Retraining, state: str, model: ModelVersion | None) -> None:
    row.state, row.ended_at = state, now()
    row.model_version_id = model.id if model else None
    record_event(
        session,
        row.organisation_id,
        f"retraining.{state}",
        subject="retraining",
        subject_id=row.id,
        **({"number": model.number} if model else {"reason": row.reason}),
    )
    session.flush()
    notify_hr(session, row)


def _model_of(session: Session, job: Job) -> ModelVersion | None:
    return session.scalars(
        select(ModelVersion).where(ModelVersion.organisation_id == job.organisation_id, ModelVersion.job_id == job.id)
    ).first()


def _trained_since(session: Session, row: Retraining) -> ModelVersion | None:
    """A model of a run that HR began by itself after the last of these erasures does as well."""
    theirs = select(ErasedModel.erasure_id).where(
        ErasedModel.organisation_id == row.organisation_id, ErasedModel.retraining_id == row.id
    )
    last = session.scalar(
        select(func.max(Erasure.erased_at)).where(
            Erasure.organisation_id == row.organisation_id, Erasure.id.in_(theirs)
        )
    )
    if last is None:
        return None
    return session.scalars(
        select(ModelVersion)
        .join(Job, (Job.organisation_id == ModelVersion.organisation_id) & (Job.id == ModelVersion.job_id))
        .where(
            ModelVersion.organisation_id == row.organisation_id,
            ModelVersion.questionnaire_id == row.questionnaire_id,
            ModelVersion.form == row.form,
            ModelVersion.kind == "trained",
            Job.created_at >= last,
        )
        .order_by(ModelVersion.number.desc())
    ).first()
