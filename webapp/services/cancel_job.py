"""Cancel long work: at once on the page; the work itself stops at its next look."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Job
from webapp.records.base import now
from webapp.services.job_progress import OPEN, can_cancel
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event


def cancel_job(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, user_id: uuid.UUID) -> Job:
    """Cancel the job; one that has ended, or changed something already, says so."""
    job = lock_row(session, Job, organisation_id, job_id)
    if not can_cancel(job):
        raise Conflict(too_late(job))
    job.state, job.finished_at = "cancelled", now()
    record_event(
        session,
        organisation_id,
        "job.cancelled",
        user_id=user_id,
        subject="job",
        subject_id=job.id,
        kind=job.kind,
        stage=job.stage,
    )
    session.flush()
    return job


def too_late(job: Job) -> str:
    if job.state in OPEN:
        return _("This run has already changed what it was asked to change, and is only tidying up. Let it end.")
    if job.state == "cancelled":
        return _("This run was cancelled before.")
    return _("This run has ended already, so there is nothing left to cancel.")
