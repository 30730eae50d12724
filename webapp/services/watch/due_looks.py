"""Which looks are to be taken: of every model at work, every week that is over and was not looked at."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Job, ModelVersion, Organisation, Vacancy, WatchLook
from webapp.records.base import now
from webapp.services.items.statistics import queue_item_statistics
from webapp.services.job_progress import OPEN
from webapp.services.lock_row import lock_organisation
from webapp.services.start_training import queue_job
from webapp.services.watch.weeks import end_of, last_whole_week, week_of, weeks_before

MOST_WEEKS = 4
"""A worker that was off for longer does not make up for all of it: each look covers half a year anyway."""
PATIENCE = dt.timedelta(days=1)
"""A run that failed is tried again after a day; one that somebody cancelled is not, until the next week."""


def watched_models(session: Session, organisation_id: uuid.UUID) -> list[ModelVersion]:
    """The models that serve, and those on which an open vacancy stands."""
    used = select(Vacancy.model_version_id).where(Vacancy.organisation_id == organisation_id, Vacancy.state == "open")
    return list(
        session.scalars(
            select(ModelVersion)
            .where(
                ModelVersion.organisation_id == organisation_id,
                or_(ModelVersion.state == "serving", ModelVersion.id.in_(used)),
            )
            .order_by(ModelVersion.number)
        )
    )


def looks_due(session: Session, organisation_id: uuid.UUID, moment: dt.datetime) -> list[tuple[uuid.UUID, str]]:
    """Model and week, the oldest week first. A model is looked at from the week on in which it was made."""
    weeks = weeks_before(last_whole_week(moment), MOST_WEEKS)
    taken = set(
        session.execute(
            select(WatchLook.model_version_id, WatchLook.week).where(
                WatchLook.organisation_id == organisation_id, WatchLook.week.in_(weeks), WatchLook.whole
            )
        ).all()
    )
    models = watched_models(session, organisation_id)
    return [
        (model.id, week)
        for week in weeks
        for model in models
        if model.created_at < end_of(week) and (model.id, week) not in taken
    ]


def queue_due(session: Session, organisation_id: uuid.UUID, moment: dt.datetime | None = None) -> Job | None:
    """Queue a run for what is due, once however many workers ask."""
    moment = moment or now()
    if not looks_due(session, organisation_id, moment):
        return None
    lock_organisation(session, organisation_id)
    week = week_of(moment)
    if not looks_due(session, organisation_id, moment) or _tried(session, organisation_id, week, moment):
        return None
    return queue_job(session, organisation_id, "watch", None, week=week, early=False)


def _tried(session: Session, organisation_id: uuid.UUID, week: str, moment: dt.datetime) -> bool:
    """Whether a run is under way, or was made this week and need not be made again yet."""
    jobs = session.scalars(
        select(Job)
        .where(Job.organisation_id == organisation_id, Job.kind == "watch")
        .order_by(Job.created_at.desc())
        .limit(20)
    ).all()
    if any(job.state in OPEN for job in jobs):
        return True
    of_week = [job for job in jobs if job.parameters.get("week") == week and not job.parameters.get("early")]
    waits = [job for job in of_week if job.state == "failed" and job.created_at > moment - PATIENCE]
    return bool(waits) or any(job.state == "cancelled" for job in of_week)


def look_now(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> Job:
    """Queue a look at the week that is under way, and at whatever else is due."""
    lock_organisation(session, organisation_id)
    running = running_look(session, organisation_id)
    if running is not None:
        raise Conflict(_("A look is under way. Wait until it has ended."))
    if not watched_models(session, organisation_id):
        raise Conflict(_("No model serves, so there is nothing to look at."))
    return queue_job(session, organisation_id, "watch", user_id, week=week_of(now()), early=True)


def running_look(session: Session, organisation_id: uuid.UUID) -> Job | None:
    return session.scalars(
        select(Job).where(Job.organisation_id == organisation_id, Job.kind == "watch", Job.state.in_(OPEN)).limit(1)
    ).first()


def looks_of_job(session: Session, job: Job) -> list[tuple[uuid.UUID, str]]:
    """What this run is to look at, decided when it begins."""
    due = looks_due(session, job.organisation_id, now())
    if job.parameters.get("early"):
        due += [(model.id, job.parameters["week"]) for model in watched_models(session, job.organisation_id)]
    return due


def count_questions(session: Session, job: Job) -> int:
    """Once a week the figures of questions are counted up too; a look by hand leaves them alone."""
    if job.parameters.get("early"):
        return 0
    asked = {model.questionnaire_id for model in watched_models(session, job.organisation_id)}
    for questionnaire_id in sorted(asked):
        queue_item_statistics(session, job.organisation_id, questionnaire_id)
    return len(asked)


def organisations(session: Session) -> list[uuid.UUID]:
    return list(session.scalars(select(Organisation.id).order_by(Organisation.id)))
