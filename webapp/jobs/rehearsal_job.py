"""The workflow `job.rehearse`: read, score and compare, then keep it all at once; one that was cut off begins anew."""

from __future__ import annotations

import logging
import time
import uuid
from functools import partial
from typing import Any

from dbos import DBOS
from sqlalchemy.exc import OperationalError

from models.errors import ModelError
from scoring.errors import ScoringError
from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.jobs.training_job import ENDED, SECONDS_BETWEEN_NOTES, temporary
from webapp.services.job_progress import JobCancelled, fail_job, find_job, note_progress
from webapp.services.rehearsal.rehearse import Rehearsed, rehearse
from webapp.services.rehearsal.start_rehearsal import keep_rehearsal
from webapp.services.training_failure import refusal

log = logging.getLogger(__name__)


class Rehearsing:
    """One run: whose it is, of which model, and how it says how far it is."""

    def __init__(self, organisation_id: str, job_id: str) -> None:
        self.organisation_id, self.job_id = uuid.UUID(organisation_id), uuid.UUID(job_id)
        with runtime.work_transaction() as session:
            job = find_job(session, self.organisation_id, self.job_id)
            self.version_id = uuid.UUID(job.parameters["model_version_id"])
        self.noted_at = float("-inf")

    def note(self, fraction: float) -> None:
        """Raises `JobCancelled` where somebody cancelled it. While others write, a note is left out."""
        if time.monotonic() - self.noted_at < SECONDS_BETWEEN_NOTES:
            return
        try:
            self.keep_note("score", 0.9 * fraction)
        except OperationalError:
            log.info("rehearsal %s goes on without a note: the database is busy", self.job_id)
            self.noted_at = time.monotonic()

    def keep_note(self, stage: str, fraction: float) -> None:
        with runtime.work_transaction() as session:
            if not note_progress(session, self.organisation_id, self.job_id, stage, fraction):
                raise JobCancelled
        self.noted_at = time.monotonic()

    def read(self) -> Rehearsed:
        self.keep_note("score", 0.0)
        with runtime.work_scope() as session:
            found = rehearse(session, self.organisation_id, self.version_id, self.note)
        self.keep_note("compare", 0.95)
        return found

    def run(self) -> None:
        found = self.read()
        with runtime.work_transaction() as session:
            keep_rehearsal(session, self.organisation_id, self.job_id, found)


@DBOS.step(name="rehearse.run", retries_allowed=True, max_attempts=6, should_retry=temporary)
def run_all(organisation_id: str, job_id: str) -> dict[str, Any] | None:
    """Why it failed; None where it is kept. Nothing is kept before all of it is there."""
    try:
        Rehearsing(organisation_id, job_id).run()
    except JobCancelled:
        return ENDED
    except (ModelError, ScoringError, DomainError) as error:
        return refusal(error)
    return None


@DBOS.step(name="rehearse.close", retries_allowed=True, max_attempts=6, should_retry=temporary)
def close(organisation_id: str, job_id: str, failure: dict[str, Any]) -> None:
    with runtime.work_transaction() as session:
        job = find_job(session, uuid.UUID(organisation_id), uuid.UUID(job_id))
        fail_job(session, job, failure["reason"], failure.get("message", ""), **failure.get("numbers", {}))


@DBOS.workflow(name="job.rehearse", max_recovery_attempts=20)
def rehearse_promotion(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        job_id = payload["job_id"]
        failure = runtime.or_broken(partial(run_all, organisation_id, job_id), "rehearsal", job_id)
        if failure:
            close(organisation_id, job_id, failure)
