"""How far long work has come, and how it ended."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Job
from webapp.records.base import now
from webapp.services.record_event import record_event

OPEN = ("queued", "running")


def find_job(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> Job:
    job = session.get(Job, (organisation_id, job_id))
    if job is None:
        raise NotFound
    return job


def note_progress(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, stage: str, fraction: float) -> None:
    """Say where the job is; one that has ended stays as it ended."""
    job = find_job(session, organisation_id, job_id)
    if job.state not in OPEN:
        return
    job.state = "running"
    job.started_at = job.started_at or now()
    job.stage = stage
    job.fraction = min(1.0, max(0.0, fraction))


def finish_job(session: Session, job: Job, **result: Any) -> None:
    """Close a job that did its work."""
    job.state, job.fraction, job.finished_at = "done", 1.0, now()
    job.result = {**job.result, **result}
    record_event(session, job.organisation_id, "job.done", subject="job", subject_id=job.id, kind=job.kind)


def fail_job(session: Session, job: Job, reason: str, message: str = "", **numbers: Any) -> None:
    """Close a job that could not; once closed it stays so."""
    if job.state not in OPEN:
        return
    job.state, job.finished_at, job.message = "failed", now(), message
    job.result = {"reason": reason, "numbers": numbers}
    record_event(
        session, job.organisation_id, "job.failed", subject="job", subject_id=job.id, kind=job.kind, reason=reason
    )


def open_jobs(session: Session) -> list[Job]:
    """Jobs of every organisation that have not ended; for the worker's own check."""
    return list(session.scalars(select(Job).where(Job.state.in_(OPEN))))
