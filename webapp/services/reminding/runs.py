"""The runs of a vacancy in which everybody was reminded: which goes on, how far it has come, how it ended."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Job, User, Vacancy
from webapp.records.base import now
from webapp.services.job_progress import OPEN
from webapp.services.reminding.who import REASONS

KIND = "remind"
ENDED = "ended"
"""They were done or withdrew while it went on."""

TOLD_FOR = dt.timedelta(days=7)

NOTHING: Mapping[str, Any] = {"after": "", "people": None, "looked": 0, "reminded": 0} | dict.fromkeys(
    (*REASONS, ENDED), 0
)


def so_far(job: Job) -> dict[str, Any]:
    """What was done, and after whom it goes on. It stands with what was asked: however a job ends, it stays."""
    return {**NOTHING, **job.parameters.get("so_far", {})}


@dataclass(frozen=True)
class Run:
    """One of them as a page tells it."""

    job: Job
    who: str
    done: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        return self.job.state in OPEN

    @property
    def left_out(self) -> int:
        return sum(int(self.done[reason]) for reason in (*REASONS, ENDED))

    @property
    def was_closed(self) -> bool:
        return bool(self.job.result.get("closed"))


def _of(vacancy: Vacancy) -> Select[Job]:
    return (
        select(Job)
        .where(
            Job.organisation_id == vacancy.organisation_id,
            Job.kind == KIND,
            Job.parameters["vacancy_id"].as_string() == str(vacancy.id),
        )
        .order_by(Job.id.desc())
        .limit(1)
    )


def open_run(session: Session, vacancy: Vacancy) -> Job | None:
    return session.scalars(_of(vacancy).where(Job.state.in_(OPEN))).first()


def newest_run(session: Session, vacancy: Vacancy) -> Run | None:
    job = session.scalars(_of(vacancy)).first()
    if job is None:
        return None
    who = session.get(User, (job.organisation_id, job.user_id)) if job.user_id else None
    return Run(job, who.name if who else "", so_far(job))


def lately_run(session: Session, vacancy: Vacancy) -> Run | None:
    """The newest one, as long as the list of people who are not done tells it."""
    run = newest_run(session, vacancy)
    return run if run and (run.is_open or run.job.created_at > now() - TOLD_FOR) else None


def find_run(session: Session, vacancy: Vacancy, job_id: uuid.UUID) -> Job:
    job = session.get(Job, (vacancy.organisation_id, job_id))
    if job is None or job.kind != KIND or job.parameters.get("vacancy_id") != str(vacancy.id):
        raise NotFound
    return job
