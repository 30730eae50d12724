"""The workflows `job.groups` and `job.audit`: a report about applicants' groups, and the audit pack around one.

What was killed is computed again: nothing is kept before the transaction that keeps all of it and closes the job.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from dbos import DBOS

from models.errors import ModelError
from questionnaires.faults import QuestionnaireError
from scoring.errors import ScoringError
from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.jobs.training_job import temporary
from webapp.services.audit.make_pack import keep_pack, write_pack
from webapp.services.demographics.keep_report import Overtaken, keep_report
from webapp.services.demographics.make_report import Computed, compute_report
from webapp.services.demographics.policy import policy_of
from webapp.services.demographics.read_report import draw_all
from webapp.services.demographics.scope import scope_of
from webapp.services.job_progress import JobCancelled, fail_job, find_job, finish_job, hold_job, note_progress
from webapp.services.training_failure import refusal

log = logging.getLogger(__name__)
Outcome = dict[str, Any]
TRIES = 5
SECONDS_BETWEEN_NOTES = 0.4
PARTS = {
    "groups": {"read": (0.0, 0.3), "count": (0.3, 0.6), "answers": (0.6, 0.95), "save": (0.95, 1.0)},
    "audit": {
        "read": (0.0, 0.2),
        "count": (0.2, 0.4),
        "answers": (0.4, 0.6),
        "write": (0.6, 0.95),
        "save": (0.95, 1.0),
    },
}
"""Which part of the way each stage of a kind takes."""


class Run:
    """One job: how it says how far it is, and stops where somebody has cancelled it."""

    def __init__(self, kind: str, organisation_id: str, job_id: str) -> None:
        self.kind = kind
        self.owner, self.id = uuid.UUID(organisation_id), uuid.UUID(job_id)
        self.noted: tuple[str, float] = ("", 0.0)

    def note(self, stage: str, part: float = 0.0) -> None:
        if self.noted[0] == stage and time.monotonic() - self.noted[1] < SECONDS_BETWEEN_NOTES:
            return
        start, end = PARTS[self.kind][stage]
        with runtime.work_transaction() as session:
            if not note_progress(session, self.owner, self.id, stage, start + (end - start) * part):
                raise JobCancelled
        self.noted = (stage, time.monotonic())

    def compute(self) -> Computed:
        """No transaction is open while it computes, so that nobody has to wait."""
        with runtime.work_scope() as session:
            scope = scope_of(find_job(session, self.owner, self.id).parameters)
            return compute_report(session, self.owner, scope, runtime.settings().secret_key, self.note)


def tried(work: Callable[[Run], None], run: Run) -> Outcome:
    """Do the work; where another report or an erasure came between, once more from the beginning."""
    try:
        for _try in range(TRIES):
            try:
                work(run)
                return {}
            except Overtaken:
                log.info("job %s was overtaken and begins anew", run.id)
        return {"failed": {"reason": "data_changed"}}
    except JobCancelled:
        return {"failed": {"reason": "ended"}}
    except (DomainError, ScoringError, ModelError, QuestionnaireError) as error:
        return {"failed": refusal(error)}


def make_report(run: Run) -> None:
    computed = run.compute()
    run.note("save")
    with runtime.work_transaction() as session:
        job = hold_job(session, run.owner, run.id)
        report = keep_report(session, job, computed.material, computed.figures, computed.state)
        finish_job(session, job, report_id=str(report.id))
        country = policy_of(session, run.owner).country
    draw_all(computed.figures, runtime.settings(), computed.material.simulated, country)


def make_pack(run: Run) -> None:
    computed = run.compute()
    run.note("write")
    with runtime.work_scope() as session:
        job = find_job(session, run.owner, run.id)
        pack = write_pack(session, job, computed, runtime.settings(), lambda part: run.note("write", part))
    run.note("save")
    with runtime.work_transaction() as session:
        job = hold_job(session, run.owner, run.id)
        keep_report(session, job, computed.material, computed.figures, computed.state)
        row = keep_pack(session, job, pack)
        finish_job(session, job, pack_id=str(row.id), number=row.number)


@DBOS.step(name="groups.make", retries_allowed=True, max_attempts=6, should_retry=temporary)
def report_step(organisation_id: str, job_id: str) -> Outcome:
    return tried(make_report, Run("groups", organisation_id, job_id))


@DBOS.step(name="audit.make", retries_allowed=True, max_attempts=6, should_retry=temporary)
def pack_step(organisation_id: str, job_id: str) -> Outcome:
    return tried(make_pack, Run("audit", organisation_id, job_id))


@DBOS.step(name="audit.close", retries_allowed=True, max_attempts=6, should_retry=temporary)
def close(organisation_id: str, job_id: str, failed: Outcome) -> None:
    """Say why it failed; one that was cancelled, or done before a kill, stays as it is."""
    with runtime.work_transaction() as session:
        job = find_job(session, uuid.UUID(organisation_id), uuid.UUID(job_id))
        fail_job(session, job, failed["reason"], failed.get("message", ""), **failed.get("numbers", {}))


def whole(step: Callable[[str, str], Outcome], organisation_id: str, job_id: str) -> None:
    with runtime.working():
        try:
            outcome = step(organisation_id, job_id)
        except Exception:
            if runtime.stopping.is_set():
                raise
            log.exception("job %s broke", job_id)
            outcome = {"failed": {"reason": "broken"}}
        if "failed" in outcome:
            close(organisation_id, job_id, outcome["failed"])


@DBOS.workflow(name="job.groups", max_recovery_attempts=20)
def groups(organisation_id: str, payload: dict[str, str]) -> None:
    """A report about applicants' groups."""
    whole(report_step, organisation_id, payload["job_id"])


@DBOS.workflow(name="job.audit", max_recovery_attempts=20)
def audit(organisation_id: str, payload: dict[str, str]) -> None:
    """An audit pack."""
    whole(pack_step, organisation_id, payload["job_id"])


WORKFLOWS = (groups, audit)
