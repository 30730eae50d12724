"""Ask for a rehearsal, and keep what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Applicant, Job, ModelVersion, Rehearsal, RehearsalMover
from webapp.records.base import now
from webapp.services.job_progress import OPEN, find_job, finish_job, hold_job
from webapp.services.lock_row import lock_row
from webapp.services.promotion.check_artefact import check_identity
from webapp.services.read_models import find_model
from webapp.services.record_event import record_event
from webapp.services.rehearsal.rehearse import Rehearsed
from webapp.services.start_training import queue_job


def running_rehearsal(session: Session, version: ModelVersion) -> Job | None:
    """The rehearsal of this model that is under way."""
    open_jobs = session.scalars(
        select(Job).where(Job.organisation_id == version.organisation_id, Job.kind == "rehearse", Job.state.in_(OPEN))
    )
    return next((job for job in open_jobs if job.parameters.get("model_version_id") == str(version.id)), None)


def start_rehearsal(
    session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID, user_id: uuid.UUID
) -> Job:
    """Queue a rehearsal of this model, unless one is under way."""
    version = find_model(session, organisation_id, model_version_id)
    lock_row(session, ModelVersion, organisation_id, model_version_id)
    check_identity(session, version)
    if running_rehearsal(session, version) is not None:
        raise Conflict(_("This model is being rehearsed already. Wait until that has ended."))
    return queue_job(session, organisation_id, "rehearse", user_id, model_version_id=str(version.id))


def keep_rehearsal(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, found: Rehearsed) -> Rehearsal:
    """Keep it and end the job, in one transaction; raises `JobCancelled` where the job has ended."""
    job = hold_job(session, organisation_id, job_id)
    version_id = uuid.UUID(job.parameters["model_version_id"])
    row = Rehearsal(
        organisation_id=organisation_id,
        model_version_id=version_id,
        job_id=job.id,
        user_id=job.user_id,
        read_at=job.started_at or now(),
        figures=found.figures,
    )
    session.add(row)
    session.flush()
    _forget_older_movers(session, row)
    session.add_all(_movers(session, row, found))
    record_event(
        session,
        organisation_id,
        "rehearsal.done",
        user_id=job.user_id,
        subject="model_version",
        subject_id=version_id,
        vacancies=len(found.figures["vacancies"]),
        people=found.figures["people"],
    )
    finish_job(session, find_job(session, organisation_id, job_id), model_version_id=str(version_id))
    return row


def _forget_older_movers(session: Session, row: Rehearsal) -> None:
    """Who would have moved is told by the newest rehearsal alone."""
    older = select(Rehearsal.id).where(
        Rehearsal.organisation_id == row.organisation_id,
        Rehearsal.model_version_id == row.model_version_id,
        Rehearsal.id != row.id,
    )
    session.execute(
        delete(RehearsalMover).where(
            RehearsalMover.organisation_id == row.organisation_id, RehearsalMover.rehearsal_id.in_(older)
        )
    )


def _movers(session: Session, row: Rehearsal, found: Rehearsed) -> Iterable[RehearsalMover]:
    """Those who are still there: somebody may have been erased since they were read."""
    wanted = [applicant for _vacancy, applicant, _finding in found.movers]
    there = set(
        session.scalars(
            select(Applicant.id)
            .where(Applicant.organisation_id == row.organisation_id, Applicant.id.in_(wanted))
            .with_for_update(read=True)
        )
    )
    for vacancy, applicant, finding in found.movers:
        if applicant in there:
            yield RehearsalMover(
                organisation_id=row.organisation_id,
                rehearsal_id=row.id,
                vacancy_id=vacancy,
                applicant_id=applicant,
                finding=finding,
            )
