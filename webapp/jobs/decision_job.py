"""The workflow `job.decide`: move the people of a large decision that somebody confirmed, some at a time.

Nothing is decided here. Each chunk is one transaction that takes its people out of what is left to do, so that a run
which was killed goes on where it was, and nobody is moved twice.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.in_chunks import until_done
from webapp.jobs.training_job import temporary
from webapp.services.decisions.decide import carry_on_job
from webapp.services.decisions.draft import forget_drafts
from webapp.services.job_progress import fail_job, find_job


@DBOS.step(name="decide.carry_on", retries_allowed=True, max_attempts=6, should_retry=temporary)
def carry_all_on(organisation_id: str, job_id: str) -> dict[str, Any] | None:
    """Why it stopped; None where all of it is done."""
    return until_done(chunk, organisation_id, job_id)


def chunk(organisation_id: uuid.UUID, job_id: uuid.UUID) -> bool:
    with runtime.work_transaction() as session:
        return carry_on_job(session, organisation_id, job_id)


@DBOS.step(name="decide.close", retries_allowed=True, max_attempts=6, should_retry=temporary)
def close(organisation_id: str, job_id: str, failure: dict[str, Any]) -> None:
    with runtime.work_transaction() as session:
        job = find_job(session, uuid.UUID(organisation_id), uuid.UUID(job_id))
        fail_job(session, job, failure["reason"], failure.get("message", ""), **failure.get("numbers", {}))


@DBOS.workflow(name="job.decide", max_recovery_attempts=20)
def carry_out(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        job_id = payload["job_id"]
        failure = runtime.or_broken(partial(carry_all_on, organisation_id, job_id), "decision", job_id)
        if failure:
            close(organisation_id, job_id, failure)


def clear_drafts() -> None:
    """What nobody confirmed within a day."""
    while True:
        with runtime.work_transaction() as session:
            if not forget_drafts(session):
                return
