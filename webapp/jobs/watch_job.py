"""The workflow `job.watch`: one look after the other, then the mails. Each is kept before the next begins."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from dbos import DBOS

from models.errors import ModelError
from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.jobs.patience import LONG
from webapp.jobs.training_job import temporary
from webapp.services.job_progress import JobCancelled, fail_job, find_job, finish_job, hold_job, is_open, note_progress
from webapp.services.outcomes import recalibrate_model, take_outcomes
from webapp.services.training_failure import refusal
from webapp.services.watch.act import wake
from webapp.services.watch.due_looks import count_questions, looks_of_job, organisations, queue_due
from webapp.services.watch.take_look import figures_of, gather_look, keep_look
from webapp.services.watch.tell import queue_mails, send_watch_mail

log = logging.getLogger(__name__)
Payload = dict[str, str]
Target = tuple[uuid.UUID, uuid.UUID]
PATIENCE: dict[str, Any] = {"retries_allowed": True, "max_attempts": 6, "should_retry": temporary}
CANCELLED = "cancelled"


def ids(organisation_id: str, job_id: str) -> Target:
    return uuid.UUID(organisation_id), uuid.UUID(job_id)


@DBOS.step(name="watch.read", **PATIENCE)
def read(organisation_id: str, job_id: str) -> list[list[str]]:
    """Which models are to be looked at, for which weeks."""
    owner, number = ids(organisation_id, job_id)
    with runtime.work_transaction() as session:
        note_progress(session, owner, number, "read", 0.0)
        return [[str(model), week] for model, week in looks_of_job(session, find_job(session, owner, number))]


@DBOS.step(name="watch.look", **PATIENCE)
def look(organisation_id: str, job_id: str, model_id: str, week: str, share: float) -> str:
    """Read, compute with no transaction open, keep. A look done twice finds its row there."""
    owner, number = ids(organisation_id, job_id)
    with runtime.work_transaction() as session:
        if not note_progress(session, owner, number, "compare", share):
            return CANCELLED
    with runtime.work_scope() as session:
        material = gather_look(session, owner, uuid.UUID(model_id), week)
    if material is None:
        return "there"
    figures = figures_of(material)
    try:
        with runtime.work_transaction() as session:
            hold_job(session, owner, number)
            row = keep_look(session, material, figures, number)
            return row.state if row else "there"
    except JobCancelled:
        return CANCELLED


@DBOS.step(name="watch.outcomes", **PATIENCE)
def outcomes(organisation_id: str, job_id: str, model_id: str) -> bool:
    """What became of those hired by this model; figures that may not be told anew stay as they are."""
    owner, number = ids(organisation_id, job_id)
    model, secret = uuid.UUID(model_id), runtime.settings().secret_key
    with runtime.work_transaction() as session:
        if not is_open(session, owner, number):
            return False
        material = take_outcomes.gather_outcomes(session, owner, model, secret)
    if material is None:
        return True
    figures = take_outcomes.figures_of(material)
    try:
        with runtime.work_transaction() as session:
            hold_job(session, owner, number)
            take_outcomes.keep_outcomes(session, owner, model, material, figures)
    except JobCancelled:
        return False
    return True


@DBOS.step(name="watch.save", **PATIENCE)
def save(organisation_id: str, job_id: str, looked: int) -> None:
    """Queue the mails and close the run, in one transaction."""
    owner, number = ids(organisation_id, job_id)
    with runtime.work_transaction() as session:
        if not note_progress(session, owner, number, "save", 1.0):
            return
        job = hold_job(session, owner, number)
        mails = queue_mails(session, owner)
        count_questions(session, job)
        finish_job(session, job, looks=looked, mails=mails)


@DBOS.step(name="watch.close", **PATIENCE)
def close(organisation_id: str, job_id: str) -> None:
    owner, number = ids(organisation_id, job_id)
    with runtime.work_transaction() as session:
        fail_job(session, find_job(session, owner, number), "broken")


@DBOS.workflow(name="job.watch", max_recovery_attempts=20)
def watch(organisation_id: str, payload: Payload) -> None:
    """Look at every model at work, for every week that is due."""
    with runtime.working():
        try:
            look_at_all(organisation_id, payload["job_id"])
        except Exception:
            if runtime.stopping.is_set():
                raise
            log.exception("the watch %s broke", payload["job_id"])
            close(organisation_id, payload["job_id"])


def look_at_all(organisation_id: str, job_id: str) -> None:
    targets = read(organisation_id, job_id)
    for place, (model_id, week) in enumerate(targets):
        if look(organisation_id, job_id, model_id, week, place / len(targets)) == CANCELLED:
            return
    if all(outcomes(organisation_id, job_id, model_id) for model_id in sorted({model for model, _week in targets})):
        save(organisation_id, job_id, len(targets))


@DBOS.step(name="recalibrate.make", **PATIENCE)
def make(organisation_id: str, job_id: str) -> str | None:
    """Make the recalibrated model, or say why not."""
    owner, number = ids(organisation_id, job_id)
    try:
        with runtime.work_transaction() as session:
            return str(recalibrate_model.recalibrate(session, owner, number).id)
    except JobCancelled:
        return None
    except (DomainError, ModelError) as error:
        reason = refusal(error)
        with runtime.work_transaction() as session:
            fail_job(
                session, find_job(session, owner, number), reason["reason"], reason["message"], **reason["numbers"]
            )
        return None


@DBOS.workflow(name="job.recalibrate", max_recovery_attempts=20)
def recalibrate(organisation_id: str, payload: Payload) -> None:
    """Move a model's intercept by what became of hired people; a new candidate is the result."""
    with runtime.working():
        try:
            make(organisation_id, payload["job_id"])
        except Exception:
            if runtime.stopping.is_set():
                raise
            log.exception("the recalibration %s broke", payload["job_id"])
            close(organisation_id, payload["job_id"])


@DBOS.step(name="mail.watch.send", **LONG)
def post(organisation_id: str, batch_id: str, user_id: str) -> bool:
    with runtime.work_scope() as session:
        owner, batch, user = (uuid.UUID(each) for each in (organisation_id, batch_id, user_id))
        return send_watch_mail(session, owner, batch, user, runtime.settings())


@DBOS.workflow(name="mail.watch", max_recovery_attempts=20)
def tell_hr(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post(organisation_id, payload["batch_id"], payload["user_id"])


WORKFLOWS = (watch, recalibrate, tell_hr)


def look_after_watch() -> None:
    """Queue what is due, and open again what was put off until today."""
    with runtime.work_scope() as session:
        owners = organisations(session)
    for owner in owners:
        with runtime.work_transaction() as session:
            queue_due(session, owner)
    with runtime.work_transaction() as session:
        woken = wake(session)
    for owner in owners if woken else ():
        with runtime.work_transaction() as session:
            queue_mails(session, owner)
