"""A training run that is under way has taken down the person's data: it is stopped, and begun anew without them."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Job, Retraining
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event
from webapp.services.start_training import queue_job

WORKFLOW = "workflow"
KINDS = ("train", "repeat")
"""Runs that take answers and ratings down."""


def stop_runs(session: Session, organisation_id: uuid.UUID) -> list[Job]:
    """Cancel every open training run of this organisation; those that were cancelled."""
    found = session.scalars(
        select(Job.id).where(
            Job.organisation_id == organisation_id, Job.kind.in_(KINDS), Job.state.in_(("queued", "running"))
        )
    ).all()
    held = [lock_row(session, Job, organisation_id, job_id) for job_id in found]
    stopped = [job for job in held if job.state in ("queued", "running")]
    for job in stopped:
        _stop(session, job)
    session.flush()
    return stopped


def _stop(session: Session, job: Job) -> None:
    job.state, job.finished_at = "cancelled", now()
    job.result = {**job.result, "reason": "person_erased", "numbers": {}}
    record_event(
        session,
        job.organisation_id,
        "job.cancelled",
        subject="job",
        subject_id=job.id,
        kind=job.kind,
        stage=job.stage,
        reason="person_erased",
    )


def begin_anew(session: Session, stopped: list[Job]) -> None:
    """Queue the same runs again: what was due stays due, now; what HR had begun begins again in HR's name."""
    for job in stopped:
        due = session.scalars(
            select(Retraining).where(
                Retraining.organisation_id == job.organisation_id,
                Retraining.job_id == job.id,
                Retraining.state == "running",
            )
        ).first()
        if due is not None:
            due.state, due.next_try_at = "due", now()
        else:
            asked = {name: value for name, value in job.parameters.items() if name != WORKFLOW}
            queue_job(session, job.organisation_id, job.kind, job.user_id, **asked)
    session.flush()
