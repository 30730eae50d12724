"""The workflow `job.train`: steps, each of which is taken up again where the process died.

A run that was cancelled stops at the next note of its progress; the workflow itself ends in order, so that the
queue has nothing to take up again, and one that is taken up after a kill stops at its first note.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from dbos import DBOS
from sqlalchemy.exc import OperationalError

from models.confidence import GROUPS
from models.errors import ModelError
from questionnaires.faults import QuestionnaireError
from scoring.errors import ScoringError
from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.services import training_stages as stages
from webapp.services.job_progress import JobCancelled, fail_job, find_job, note_progress
from webapp.services.reports.draw_ahead import draw_ahead
from webapp.services.runs.repeat_run import made_by
from webapp.services.training_confidence import data_mark
from webapp.services.training_failure import TrainingRefused, refusal

log = logging.getLogger(__name__)
Outcome = dict[str, Any]
Step = Callable[[str, str, Outcome], Outcome]
SECONDS_BETWEEN_NOTES = 0.4
# The job was cancelled, or it ended before the queue could note so: either way it stays as it is.
ENDED: Outcome = {"reason": "ended"}


def temporary(error: BaseException) -> bool:
    """Worth another try: the database was busy or away."""
    return isinstance(error, OperationalError)


def stage(name: str) -> Callable[[Callable[..., Outcome]], Callable[..., Outcome]]:
    """Make a durable step of a function; what the data cannot carry becomes a plain outcome, never a retry."""

    def decorate(function: Callable[..., Outcome]) -> Callable[..., Outcome]:
        @wraps(function)
        def guarded(organisation_id: str, job_id: str, earlier: Outcome) -> Outcome:
            work = Run(uuid.UUID(organisation_id), uuid.UUID(job_id), name)
            try:
                work.note(0.0)
                return function(work, earlier)
            except JobCancelled:
                return {"failed": ENDED}
            except TrainingRefused as error:
                return {"failed": {"reason": error.reason, "numbers": error.numbers}}
            except (DomainError, ScoringError, ModelError, QuestionnaireError) as error:
                return {"failed": refusal(error)}

        step = DBOS.step(
            name=f"train.{name}", retries_allowed=True, max_attempts=6, interval_seconds=1.0, should_retry=temporary
        )
        return step(guarded)

    return decorate


class Run:
    """One stage of one run: where its files are and how it says how far it is."""

    def __init__(self, organisation_id: uuid.UUID, job_id: uuid.UUID, stage: str) -> None:
        self.organisation_id = organisation_id
        self.job_id = job_id
        self.stage = stage
        self.noted_at = 0.0

    @property
    def folder(self) -> Path:
        return runtime.settings().instance / "jobs" / str(self.job_id)

    def note(self, fraction: float) -> None:
        """Say how far it is, and stop here where somebody has cancelled the run."""
        overall = stages.overall(self.stage, fraction)
        with runtime.work_transaction() as session:
            if not note_progress(session, self.organisation_id, self.job_id, self.stage, overall):
                raise JobCancelled
        self.noted_at = time.monotonic()

    def progress(self, _stage: str, fraction: float) -> None:
        """Note how far the mathematics is, though not more often than anybody can read."""
        if time.monotonic() - self.noted_at >= SECONDS_BETWEEN_NOTES:
            self.note(fraction)

    def given(self, fingerprint: str) -> tuple[Any, ...]:
        with runtime.work_reading() as session:
            secret = runtime.settings().secret_key
            return stages.inputs(session, self.organisation_id, self.job_id, self.folder, fingerprint, secret)

    def mark(self, fingerprint: str) -> str:
        """The code of the data that stands in the manifest."""
        with runtime.work_scope() as session:
            job = find_job(session, self.organisation_id, self.job_id)
            return data_mark(runtime.settings().secret_key, made_by(session, job), fingerprint)

    def fit(self, earlier: Outcome) -> Outcome:
        found = earlier["gather"]["fingerprint"]
        mark = self.mark(found)
        figures = {**earlier["validate"], GROUPS: earlier["groups"]}
        return stages.fit(self.given(found), figures, self.folder, mark)


@stage("gather")
def gather(run: Run, _earlier: Outcome) -> Outcome:
    with runtime.work_reading() as session:
        return stages.gather(session, run.organisation_id, run.job_id, run.folder, runtime.settings().secret_key)


@stage("criterion")
def criterion(run: Run, earlier: Outcome) -> Outcome:
    return stages.adjust_criterion(run.given(earlier["gather"]["fingerprint"]))


@stage("validate")
def validate(run: Run, earlier: Outcome) -> Outcome:
    taken = earlier["gather"].get("taken")
    return stages.validate(run.given(earlier["gather"]["fingerprint"]), run.progress, taken)


@stage("groups")
def groups(run: Run, earlier: Outcome) -> Outcome:
    return stages.groups(run.given(earlier["gather"]["fingerprint"]))


@stage("fit")
def fit(run: Run, earlier: Outcome) -> Outcome:
    return run.fit(earlier)


@stage("save")
def save(run: Run, earlier: Outcome) -> Outcome:
    if not stages.has_fit(run.folder):
        # The run goes on where another machine fitted: fitting is deterministic, so do it again.
        run.fit(earlier)
    with runtime.work_transaction() as session:
        return stages.save(session, run.organisation_id, run.job_id, run.folder, earlier["gather"].get("taken"))


STEPS = {"gather": gather, "criterion": criterion, "validate": validate, "groups": groups, "fit": fit, "save": save}


@DBOS.step(name="train.close", retries_allowed=True, max_attempts=6, should_retry=temporary)
def close(organisation_id: str, job_id: str, failed: Outcome | None) -> None:
    """Say why it failed, if it did, and clear the folder."""
    run = Run(uuid.UUID(organisation_id), uuid.UUID(job_id), "save")
    if failed:
        with runtime.work_transaction() as session:
            job = find_job(session, run.organisation_id, run.job_id)
            fail_job(session, job, failed["reason"], failed.get("message", ""), **failed.get("numbers", {}))
    else:
        draw_charts(run)
    stages.tidy(run.folder)


def draw_charts(run: Run) -> None:
    """A model without drawn charts is as good: whoever opens its reports first waits a moment."""
    try:
        with runtime.work_scope() as session:
            draw_ahead(session, run.organisation_id, run.job_id, runtime.settings())
    except Exception:
        log.exception("charts of %s could not be drawn ahead", run.job_id)


@DBOS.workflow(name="job.train", max_recovery_attempts=20)
def train(organisation_id: str, payload: dict[str, str]) -> Outcome:
    """Train a model from what is there now; a new version is the result, or a sentence that says why not."""
    with runtime.working():
        return whole_run(organisation_id, payload["job_id"], STEPS)


def whole_run(organisation_id: str, job_id: str, steps: Mapping[str, Step]) -> Outcome:
    """Take the steps in their order, close the job and clear up, whatever happens; the last step's outcome."""
    outcome: Outcome = {}
    try:
        outcome = run_steps(organisation_id, job_id, steps)
    except Exception:
        if runtime.stopping.is_set():
            raise
        log.exception("run %s broke", job_id)
        outcome = {"failed": {"reason": "broken"}}
    close(organisation_id, job_id, outcome.get("failed"))
    return outcome


def run_steps(organisation_id: str, job_id: str, steps: Mapping[str, Step]) -> Outcome:
    """Go on until a step fails or says that the run is over."""
    earlier: Outcome = {}
    outcome: Outcome = {}
    for name, step in steps.items():
        outcome = earlier[name] = step(organisation_id, job_id, earlier)
        if "failed" in outcome or outcome.get("over"):
            return outcome
    return outcome
