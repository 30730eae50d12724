"""Whether a view is handed out at once or written in the background, and the job that writes it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, NotFound
from webapp.records import Applicant, Job
from webapp.services.exports.as_pdf import MOST_PEOPLE
from webapp.services.exports.view import View, Wish
from webapp.services.job_progress import OPEN
from webapp.services.shortlist.read_page import few_found
from webapp.services.start_training import queue_job

AT_ONCE = 5_000
"""So many people are written while somebody waits; more are written by the worker."""
PAPER_AT_ONCE = 300
KIND = "export"


@dataclass(frozen=True)
class Size:
    """How many people a view has, at most; `exact` where they were counted."""

    people: int
    exact: bool

    def is_large(self, kind: str) -> bool:
        return self.people > (PAPER_AT_ONCE if kind == "pdf" else AT_ONCE)

    @property
    def too_many_for_paper(self) -> bool:
        return self.exact and self.people > MOST_PEOPLE


def size_of(view: View) -> Size:
    """From the kept counts, or from the few whom a search found; never by reading the whole list."""
    if view.places is None:
        number = _number_done(view)
        return Size(number, exact=number <= AT_ONCE and not view.query.is_filtered)
    if view.query.search or view.query.asked.by_day:
        found = few_found(view.session, view.places, view.query.asked)
        return Size(view.places.all, exact=False) if found is None else Size(len(found), exact=True)
    return Size(view.places.all, exact=True)


def _number_done(view: View) -> int:
    """Counted no further than decides."""
    here = (
        Applicant.organisation_id == view.vacancy.organisation_id,
        Applicant.vacancy_id == view.vacancy.id,
        Applicant.state == "done",
    )
    counted = select(Applicant.id).where(*here).limit(AT_ONCE + 1).subquery()
    return view.session.scalar(select(func.count()).select_from(counted)) or 0


def start_export(session: Session, organisation_id: uuid.UUID, wish: Wish, user_id: uuid.UUID) -> Job:
    """Have the worker write it; the same file asked for twice by one person is written once."""
    for job in open_exports(session, organisation_id, wish.vacancy_id):
        if job.user_id == user_id and Wish.of(job.parameters) == wish:
            raise Conflict(_("This file is being written already. It appears here when it is ready."))
    return queue_job(session, organisation_id, KIND, user_id, **wish.to_parameters())


def open_exports(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> list[Job]:
    rows = session.scalars(
        select(Job)
        .where(Job.organisation_id == organisation_id, Job.kind == KIND, Job.state.in_(OPEN))
        .order_by(Job.id)
    )
    return [job for job in rows if job.parameters["vacancy_id"] == str(vacancy_id)]


def last_failed(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, user_id: uuid.UUID) -> Job | None:
    """The newest run of this person, where it failed: the page says why."""
    rows = session.scalars(
        select(Job)
        .where(Job.organisation_id == organisation_id, Job.kind == KIND, Job.user_id == user_id)
        .order_by(Job.id.desc())
        .limit(10)
    )
    mine = [job for job in rows if job.parameters["vacancy_id"] == str(vacancy_id)]
    return mine[0] if mine and mine[0].state == "failed" else None


def find_own_job(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, user_id: uuid.UUID) -> Job:
    job = session.get(Job, (organisation_id, job_id))
    if job is None or job.kind != KIND or job.user_id != user_id:
        raise NotFound
    return job
