"""The workflow `job.rescore`: score in chunks, move the vacancy, sweep up who arrived meanwhile."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from dbos import DBOS

from models.errors import ModelError
from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.jobs.training_job import ENDED, temporary
from webapp.services.job_progress import (
    OPEN,
    JobCancelled,
    fail_job,
    find_job,
    finish_job,
    keep_past_cancelling,
    note_progress,
)
from webapp.services.rescore_vacancy import count_unscored, move_vacancy, score_chunk
from webapp.services.training_failure import refusal

log = logging.getLogger(__name__)


class Rescoring:
    """The ids that one run is about."""

    def __init__(self, organisation_id: str, job_id: str) -> None:
        self.organisation_id = uuid.UUID(organisation_id)
        self.job_id = uuid.UUID(job_id)
        with runtime.work_transaction() as session:
            parameters = find_job(session, self.organisation_id, self.job_id).parameters
        self.vacancy_id = uuid.UUID(parameters["vacancy_id"])
        self.version_id = uuid.UUID(parameters["model_version_id"])

    @property
    def target(self) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
        return self.organisation_id, self.vacancy_id, self.version_id


@DBOS.step(name="rescore.chunk", retries_allowed=True, max_attempts=6, should_retry=temporary)
def chunk(organisation_id: str, job_id: str) -> dict[str, Any]:
    """Score some, note how far that is; a chunk done twice finds its rows there and goes on with the next."""
    run = Rescoring(organisation_id, job_id)
    try:
        with runtime.work_transaction() as session:
            scored = score_chunk(session, *run.target)
            left = count_unscored(session, *run.target)
            done = find_job(session, run.organisation_id, run.job_id).result.get("scored", 0) + scored
            find_job(session, run.organisation_id, run.job_id).result = {"scored": done}
            if not note_progress(session, run.organisation_id, run.job_id, "score", done / max(1, done + left)):
                raise JobCancelled
    except JobCancelled:
        return {"failed": ENDED}
    except (ModelError, DomainError) as error:
        return {"failed": refusal(error)}
    return {"scored": scored, "left": left}


@DBOS.step(name="rescore.move", retries_allowed=True, max_attempts=6, should_retry=temporary)
def move(organisation_id: str, job_id: str) -> bool:
    """Move the vacancy, unless the run was cancelled; from here on it can only be ended, not cancelled."""
    run = Rescoring(organisation_id, job_id)
    try:
        with runtime.work_transaction() as session:
            job = keep_past_cancelling(session, run.organisation_id, run.job_id)
            return move_vacancy(session, run.organisation_id, run.vacancy_id, job)
    except JobCancelled:
        return False


@DBOS.step(name="rescore.close", retries_allowed=True, max_attempts=6, should_retry=temporary)
def close(organisation_id: str, job_id: str, moved: bool, failure: dict[str, Any] | None) -> None:
    owner, number = uuid.UUID(organisation_id), uuid.UUID(job_id)
    with runtime.work_transaction() as session:
        job = find_job(session, owner, number)
        if failure:
            fail_job(session, job, failure["reason"], failure.get("message", ""), **failure.get("numbers", {}))
        elif job.state in OPEN:
            finish_job(session, job, moved=moved)


@DBOS.workflow(name="job.rescore", max_recovery_attempts=20)
def rescore(organisation_id: str, payload: dict[str, str]) -> None:
    """Score everybody who sent their answers, move the vacancy, and score who sent theirs in between."""
    with runtime.working():
        moved = False
        failure: dict[str, Any] | None = None
        try:
            failure = score_all(organisation_id, payload["job_id"])
            moved = not failure and move(organisation_id, payload["job_id"])
            failure = failure or (score_all(organisation_id, payload["job_id"]) if moved else None)
        except Exception:
            if runtime.stopping.is_set():
                raise
            log.exception("re-scoring %s broke", payload["job_id"])
            failure = {"reason": "broken"}
        close(organisation_id, payload["job_id"], moved, failure)


def score_all(organisation_id: str, job_id: str) -> dict[str, Any] | None:
    while True:
        outcome = chunk(organisation_id, job_id)
        if "failed" in outcome:
            failure: dict[str, Any] = outcome["failed"]
            return failure
        if not outcome["left"]:
            return None
