"""The workflow `job.repeat`: a run once more, and what came out beside what was kept."""

from __future__ import annotations

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.training_job import Outcome, Run, criterion, fit, gather, groups, stage, validate, whole_run
from webapp.services import training_stages as stages
from webapp.services.job_progress import find_job
from webapp.services.runs import repeat_run


@stage("same")
def same(run: Run, earlier: Outcome) -> Outcome:
    """Go on only with the data that the model learned from."""
    with runtime.work_transaction() as session:
        job = find_job(session, run.organisation_id, run.job_id)
        if repeat_run.same_data(session, job, earlier["gather"]["fingerprint"], runtime.settings().secret_key):
            return {"same_data": True}
        return repeat_run.close_on_other_data(session, run.organisation_id, run.job_id)


@stage("compare")
def compare(run: Run, earlier: Outcome) -> Outcome:
    if not stages.has_fit(run.folder):
        run.fit(earlier)
    with runtime.work_transaction() as session:
        return repeat_run.keep_comparison(session, run.organisation_id, run.job_id, run.folder)


STEPS = {
    "gather": gather,
    "same": same,
    "criterion": criterion,
    "validate": validate,
    "groups": groups,
    "fit": fit,
    "compare": compare,
}


@DBOS.workflow(name="job.repeat", max_recovery_attempts=20)
def repeat(organisation_id: str, payload: dict[str, str]) -> Outcome:
    """Make a model again and compare; no model is kept."""
    with runtime.working():
        return whole_run(organisation_id, payload["job_id"], STEPS)
