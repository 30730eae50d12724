"""Ask for a new model."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Job
from webapp.services.job_progress import OPEN
from webapp.services.lock_row import lock_organisation
from webapp.services.queue_work import queue_work
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.record_event import record_event

RUNS = ("train", "repeat")


class RunUnderWay(Conflict):
    """A run is under way, and which one."""

    def __init__(self, job: Job) -> None:
        super().__init__(_("A training run is under way. Wait until it has ended, then start the next one."))
        self.job_id = job.id


def running_training(session: Session, organisation_id: uuid.UUID) -> Job | None:
    """The run under way, be it for a new model or to repeat one."""
    return session.scalars(
        select(Job).where(Job.organisation_id == organisation_id, Job.kind.in_(RUNS), Job.state.in_(OPEN)).limit(1)
    ).first()


def start_training(
    session: Session,
    organisation_id: uuid.UUID,
    questionnaire_id: uuid.UUID,
    form: str | None = None,
    *,
    criterion: str | None = None,
    user_id: uuid.UUID | None = None,
    seed: int = 0,
) -> Job:
    """Queue a run for a form, the first one unless named, unless a run is under way.

    The seed is that of the folds and of resampling; with ratings in confidence the installation's own takes its place.
    """
    # Two people who press the button together are put in a row here.
    lock_organisation(session, organisation_id)
    if (there := running_training(session, organisation_id)) is not None:
        raise RunUnderWay(there)
    form = form or read_questionnaire(session, organisation_id, questionnaire_id).forms[0].id
    return queue_job(
        session,
        organisation_id,
        "train",
        user_id,
        questionnaire_id=str(questionnaire_id),
        form=form,
        criterion=criterion,
        seed=seed,
    )


def queue_job(
    session: Session, organisation_id: uuid.UUID, kind: str, user_id: uuid.UUID | None, **parameters: object
) -> Job:
    """Add a job and the outbox row that starts it; the workflow's id is the outbox row's."""
    job = Job(organisation_id=organisation_id, kind=kind, user_id=user_id, parameters=parameters)
    session.add(job)
    session.flush()
    row = queue_work(session, organisation_id, f"job.{kind}", job_id=job.id)
    session.flush()
    job.parameters = {**parameters, "workflow": str(row.id)}
    record_event(session, organisation_id, "job.queued", user_id=user_id, subject="job", subject_id=job.id, kind=kind)
    session.flush()
    return job
