"""How far long work has come, and how it ended.

A job ends once: done, failed or cancelled. Whoever ends it holds its row, so that of two who would, one does.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Job
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event

OPEN = ("queued", "running")


class JobCancelled(Exception):
    """Somebody cancelled this work, or it ended otherwise: nothing more of it is to be kept."""


def find_job(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> Job:
    job = session.get(Job, (organisation_id, job_id))
    if job is None:
        raise NotFound
    return job


def is_open(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> bool:
    """Whether the work is to go on; asked anew each time. False once it was cancelled."""
    state = session.scalar(select(Job.state).where(Job.organisation_id == organisation_id, Job.id == job_id))
    return state in OPEN


def hold_job(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> Job:
    """The job's row until this transaction ends; whoever would cancel it waits.

    Raises `JobCancelled` where it has ended: call it in the transaction that keeps what the work made.
    """
    session.flush()
    job = lock_row(session, Job, organisation_id, job_id)
    if job.state not in OPEN:
        raise JobCancelled
    return job


def note_progress(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, stage: str, fraction: float) -> bool:
    """Say where the job is; False where it has ended, which stays as it was."""
    try:
        job = hold_job(session, organisation_id, job_id)
    except JobCancelled:
        return False
    job.state = "running"
    job.started_at = job.started_at or now()
    if stage not in job.began:
        job.began = {**job.began, stage: now().isoformat(timespec="milliseconds")}
    job.stage = stage
    job.fraction = min(1.0, max(0.0, fraction))
    return True


def keep_past_cancelling(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> Job:
    """Say, in the transaction that changes something for good, that from here on the work must be ended.

    Raises `JobCancelled` where somebody was faster; then nothing of that transaction is to be kept.
    """
    job = hold_job(session, organisation_id, job_id)
    job.parameters = {**job.parameters, "kept": True}
    return job


def can_cancel(job: Job) -> bool:
    return job.state in OPEN and not job.parameters.get("kept")


def finish_job(session: Session, job: Job, **result: Any) -> None:
    """Close a job that did its work; raises `JobCancelled` where somebody closed it before."""
    job = hold_job(session, job.organisation_id, job.id)
    job.state, job.fraction, job.finished_at = "done", 1.0, now()
    job.result = {**job.result, **result}
    record_event(session, job.organisation_id, "job.done", subject="job", subject_id=job.id, kind=job.kind)


def fail_job(session: Session, job: Job, reason: str, message: str = "", **numbers: Any) -> None:
    """Close a job that could not; once closed it stays so."""
    try:
        job = hold_job(session, job.organisation_id, job.id)
    except JobCancelled:
        return
    job.state, job.finished_at, job.message = "failed", now(), message
    job.result = {"reason": reason, "numbers": numbers}
    record_event(
        session, job.organisation_id, "job.failed", subject="job", subject_id=job.id, kind=job.kind, reason=reason
    )


def open_jobs(session: Session) -> list[Job]:
    """Jobs of every organisation that have not ended; for the worker's own check."""
    return list(session.scalars(select(Job).where(Job.state.in_(OPEN))))
