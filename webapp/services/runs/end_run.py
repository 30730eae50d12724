"""Cancel a run of any kind, each in the way of its kind."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from webapp.services.cancel_job import cancel_job
from webapp.services.job_progress import find_job
from webapp.services.reminding.remind import stop_reminding
from webapp.services.reminding.runs import KIND


def end_run(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """`Conflict` where it has ended; a reminding writes down how far it came."""
    job = find_job(session, organisation_id, job_id)
    if job.kind == KIND:
        stop_reminding(session, organisation_id, uuid.UUID(job.parameters["vacancy_id"]), job_id, user_id)
    else:
        cancel_job(session, organisation_id, job_id, user_id)
