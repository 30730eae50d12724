"""Score a vacancy's applicants again with another model, then move the vacancy to it.

The list stays on the old model until the new scores are all there, so recruiters never see half a list.
"""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from webapp.records import Applicant, Job, ModelVersion, Score, Sitting, Vacancy
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event
from webapp.services.score_sitting import score_sitting
from webapp.services.serving_model import serving_model

CHUNK = 100


def unscored(organisation_id: uuid.UUID, vacancy_id: uuid.UUID, version_id: uuid.UUID) -> Select[Sitting]:
    """Submitted sittings of the vacancy that this model version has not scored."""
    scored = select(Score.sitting_id).where(
        Score.organisation_id == organisation_id,
        Score.vacancy_id == vacancy_id,
        Score.model_version_id == version_id,
    )
    return (
        select(Sitting)
        .join(
            Applicant,
            (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id),
        )
        .where(
            Sitting.organisation_id == organisation_id,
            Applicant.vacancy_id == vacancy_id,
            Sitting.state == "submitted",
            Sitting.purpose == "selection",
            Sitting.id.not_in(scored),
        )
    )


def count_unscored(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, version_id: uuid.UUID) -> int:
    wanted = unscored(organisation_id, vacancy_id, version_id).subquery()
    return session.scalar(select(func.count()).select_from(wanted)) or 0


def score_chunk(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, version_id: uuid.UUID) -> int:
    """Score the next hundred; how many there were."""
    model = serving_model(session, organisation_id, version_id)
    sittings = session.scalars(
        unscored(organisation_id, vacancy_id, version_id).order_by(Sitting.id).limit(CHUNK)
    ).all()
    for sitting in sittings:
        applicant = session.get_one(Applicant, (organisation_id, sitting.applicant_id))
        score_sitting(session, sitting, applicant, version_id, model)
    return len(sittings)


def move_vacancy(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, job: Job) -> bool:
    """Put the vacancy on the job's model; False where it was closed meanwhile and stays as it was."""
    vacancy = lock_row(session, Vacancy, organisation_id, vacancy_id)
    version = session.get_one(ModelVersion, (organisation_id, uuid.UUID(job.parameters["model_version_id"])))
    if vacancy.model_version_id == version.id:
        return True
    if vacancy.state != "open":
        return False
    before = session.get_one(ModelVersion, (organisation_id, vacancy.model_version_id))
    vacancy.model_version_id = version.id
    record_event(
        session,
        organisation_id,
        "vacancy.model_changed",
        user_id=job.user_id,
        subject="vacancy",
        subject_id=vacancy.id,
        before=before.number,
        after=version.number,
    )
    return True
