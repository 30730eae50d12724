"""The workflow `job.remind`: remind everybody of a vacancy who is not done, some at a time.

Each chunk is one transaction that also writes down how far the run has come: a run which was killed goes on where it
was, and nobody is reminded twice.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.in_chunks import until_done
from webapp.jobs.training_job import ENDED, temporary
from webapp.services.reminding.remind import carry_on, give_up, read_next


@DBOS.step(name="remind.carry_on", retries_allowed=True, max_attempts=6, should_retry=temporary)
def remind_all(organisation_id: str, job_id: str) -> dict[str, Any] | None:
    """Why it stopped; None where everybody was looked at."""
    return until_done(chunk, organisation_id, job_id)


def chunk(organisation_id: uuid.UUID, job_id: uuid.UUID) -> bool:
    with runtime.work_scope() as reading:
        some = read_next(reading, organisation_id, job_id)
    with runtime.work_transaction() as session:
        return carry_on(session, organisation_id, job_id, some, runtime.settings())


@DBOS.step(name="remind.close", retries_allowed=True, max_attempts=6, should_retry=temporary)
def close(organisation_id: str, job_id: str, failure: dict[str, Any]) -> None:
    with runtime.work_transaction() as session:
        give_up(session, uuid.UUID(organisation_id), uuid.UUID(job_id), failure)


@DBOS.workflow(name="job.remind", max_recovery_attempts=20)
def remind_everybody(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        job_id = payload["job_id"]
        failure = runtime.or_broken(partial(remind_all, organisation_id, job_id), "reminding", job_id)
        if failure and failure != ENDED:
            close(organisation_id, job_id, failure)
