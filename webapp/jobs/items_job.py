"""The workflows of the item desk.

`job.items` counts up each question of a questionnaire; `job.items_rescore` scores open vacancies again when a question
was set aside or brought back.
"""

from __future__ import annotations

import uuid
from functools import partial

from dbos import DBOS

from models.errors import ModelError
from scoring.errors import ScoringError
from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.jobs.training_job import temporary
from webapp.services.items import rescore, statistics
from webapp.services.items.find_set_aside import find_set_aside
from webapp.services.items.gather import gather
from webapp.services.job_progress import (
    OPEN,
    JobCancelled,
    fail_job,
    find_job,
    finish_job,
    hold_job,
    keep_past_cancelling,
    note_progress,
)
from webapp.services.training_failure import refusal

Outcome = runtime.Outcome
WORKED_OUT = 0.8
"""How far the run is when everything is worked out and the lists are to change."""


@DBOS.step(name="items_rescore.chunk", retries_allowed=True, max_attempts=6, should_retry=temporary)
def chunk(organisation_id: str, job_id: str) -> Outcome:
    """Work out some; what a killed process had committed is passed over, and the rest is done once."""
    owner, number = uuid.UUID(organisation_id), uuid.UUID(job_id)
    try:
        with runtime.work_transaction() as session:
            job = hold_job(session, owner, number)
            more = rescore.work_out_chunk(session, job)
            looked = job.result.get("looked", 0)
            total = max(looked, rescore.count_concerned(session, rescore.set_aside_of(session, job)), 1)
            note_progress(session, owner, number, "score", WORKED_OUT * looked / total)
            return {"more": more}
    except JobCancelled:
        return {"ended": True}
    except (ModelError, DomainError) as error:
        return {"failed": refusal(error)}


@DBOS.step(name="items_rescore.settle", retries_allowed=True, max_attempts=6, should_retry=temporary)
def settle(organisation_id: str, job_id: str) -> Outcome:
    """From here on the run can only be ended, not cancelled: either every list changes or none."""
    owner, number = uuid.UUID(organisation_id), uuid.UUID(job_id)
    try:
        with runtime.work_transaction() as session:
            job = keep_past_cancelling(session, owner, number)
            return {"vacancies": [str(each) for each in rescore.waiting_vacancies(session, job)]}
    except JobCancelled:
        return {"ended": True}


@DBOS.step(name="items_rescore.list", retries_allowed=True, max_attempts=6, should_retry=temporary)
def change_list(organisation_id: str, job_id: str, vacancy_id: str, share: float) -> None:
    owner, number = uuid.UUID(organisation_id), uuid.UUID(job_id)
    with runtime.work_transaction() as session:
        rescore.change_list(session, find_job(session, owner, number), uuid.UUID(vacancy_id))
        note_progress(session, owner, number, "save", WORKED_OUT + (1.0 - WORKED_OUT) * share)


@DBOS.step(name="items_rescore.close", retries_allowed=True, max_attempts=6, should_retry=temporary)
def close(organisation_id: str, job_id: str, failure: Outcome | None) -> None:
    owner, number = uuid.UUID(organisation_id), uuid.UUID(job_id)
    with runtime.work_transaction() as session:
        job = find_job(session, owner, number)
        rescore.discard(session, owner, number)
        if failure:
            fail_job(session, job, failure["reason"], failure.get("message", ""), **failure.get("numbers", {}))
        elif job.state in OPEN:
            row, form = find_set_aside(session, owner, uuid.UUID(job.parameters["set_aside_id"]))
            where = {"questionnaire_id": str(row.questionnaire_id), "form": form, "item_id": row.item_id}
            finish_job(session, job, **where, **rescore.summary_of(session, owner, number))


@DBOS.workflow(name="job.items_rescore", max_recovery_attempts=20)
def score_again(organisation_id: str, payload: dict[str, str]) -> None:
    """Work everything out, then change the lists one by one."""
    with runtime.working():
        job_id = payload["job_id"]
        failure = runtime.or_broken(partial(score_all, organisation_id, job_id), "scoring again", job_id)
        close(organisation_id, job_id, failure)


def score_all(organisation_id: str, job_id: str) -> Outcome | None:
    outcome: Outcome = {"more": True}
    while outcome.get("more"):
        outcome = chunk(organisation_id, job_id)
    if "failed" not in outcome and "ended" not in outcome:
        change_lists(organisation_id, job_id)
    failed: Outcome | None = outcome.get("failed")
    return failed


def change_lists(organisation_id: str, job_id: str) -> None:
    vacancies = settle(organisation_id, job_id).get("vacancies", [])
    for done, vacancy_id in enumerate(vacancies, 1):
        change_list(organisation_id, job_id, vacancy_id, done / len(vacancies))


@DBOS.step(name="items.papers", retries_allowed=True, max_attempts=6, should_retry=temporary)
def papers(organisation_id: str, job_id: str) -> list[str]:
    """The forms to count up."""
    owner, number = uuid.UUID(organisation_id), uuid.UUID(job_id)
    with runtime.work_transaction() as session:
        note_progress(session, owner, number, "read", 0.0)
        return [paper.form for paper in statistics.papers_of(session, find_job(session, owner, number))]


@DBOS.step(name="items.form", retries_allowed=True, max_attempts=6, should_retry=temporary)
def count_form(organisation_id: str, job_id: str, form: str, share: float) -> Outcome:
    """Read, compute with no transaction open, keep; done twice it keeps the same."""
    owner, number = uuid.UUID(organisation_id), uuid.UUID(job_id)
    try:
        with runtime.work_scope() as session:
            job = find_job(session, owner, number)
            paper = next(each for each in statistics.papers_of(session, job) if each.form == form)
            gathered = gather(session, paper, runtime.settings().secret_key)
            reaches = statistics.reaches_of(session, paper)
        told(owner, number, "count", share)
        figures = statistics.work_out(paper, gathered, reaches)
        with runtime.work_transaction() as session:
            hold_job(session, owner, number)
            statistics.keep(session, paper, figures, gathered.found, number)
        return {}
    except JobCancelled:
        return {"ended": True}
    except (ModelError, DomainError, ScoringError) as error:
        return {"failed": refusal(error)}


def told(owner: uuid.UUID, number: uuid.UUID, stage: str, share: float) -> None:
    """Say how far it is; raises where the job has ended."""
    with runtime.work_transaction() as session:
        if not note_progress(session, owner, number, stage, share):
            raise JobCancelled


@DBOS.step(name="items.close", retries_allowed=True, max_attempts=6, should_retry=temporary)
def close_counting(organisation_id: str, job_id: str, failure: Outcome | None) -> None:
    owner, number = uuid.UUID(organisation_id), uuid.UUID(job_id)
    with runtime.work_transaction() as session:
        job = find_job(session, owner, number)
        if failure:
            fail_job(session, job, failure["reason"], failure.get("message", ""), **failure.get("numbers", {}))
        elif job.state in OPEN:
            finish_job(session, job, questionnaire_id=job.parameters["questionnaire_id"])


@DBOS.workflow(name="job.items", max_recovery_attempts=20)
def count(organisation_id: str, payload: dict[str, str]) -> None:
    """Count up form by form; each is kept before the next begins."""
    with runtime.working():
        job_id = payload["job_id"]
        failure = runtime.or_broken(partial(count_forms, organisation_id, job_id), "counting up questions", job_id)
        close_counting(organisation_id, job_id, failure)


def count_forms(organisation_id: str, job_id: str) -> Outcome | None:
    forms = papers(organisation_id, job_id)
    for place, form in enumerate(forms, 1):
        outcome = count_form(organisation_id, job_id, form, place / (len(forms) + 1))
        if outcome:
            failed: Outcome | None = outcome.get("failed")
            return failed
    return None


WORKFLOWS = (score_again, count)
