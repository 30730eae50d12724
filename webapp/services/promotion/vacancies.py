"""Open vacancies and the models on which they stand."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Job, ModelVersion, Vacancy
from webapp.services.start_training import queue_job


def movable_vacancies(session: Session, version: ModelVersion) -> list[Vacancy]:
    """Open vacancies of the same questionnaire and form that stand on another model."""
    return list(
        session.scalars(
            select(Vacancy)
            .where(
                Vacancy.organisation_id == version.organisation_id,
                Vacancy.questionnaire_id == version.questionnaire_id,
                Vacancy.form == version.form,
                Vacancy.state == "open",
                Vacancy.model_version_id != version.id,
            )
            .order_by(Vacancy.title)
        )
    )


def queue_rescoring(session: Session, vacancy: Vacancy, version: ModelVersion, user_id: uuid.UUID | None) -> Job:
    """The vacancy moves when everybody is scored again; until then its list stays whole on the old model."""
    return queue_job(
        session,
        vacancy.organisation_id,
        "rescore",
        user_id,
        vacancy_id=str(vacancy.id),
        model_version_id=str(version.id),
    )
