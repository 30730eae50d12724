"""Model versions as HR's pages show them."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import ModelError
from webapp.errors import NotFound
from webapp.records import Job, ModelVersion, User, Vacancy
from webapp.services.serving_model import serving_model


def list_models(session: Session, organisation_id: uuid.UUID) -> list[ModelVersion]:
    """Every version, the newest first."""
    return list(
        session.scalars(
            select(ModelVersion)
            .where(ModelVersion.organisation_id == organisation_id)
            .order_by(ModelVersion.number.desc())
        )
    )


def find_model(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> ModelVersion:
    row = session.get(ModelVersion, (organisation_id, model_version_id))
    if row is None:
        raise NotFound
    return row


def model_card(session: Session, version: ModelVersion) -> str | None:
    """The card as the model wrote it; None where the stored artefact cannot be trusted."""
    try:
        return serving_model(session, version.organisation_id, version.id).card()
    except ModelError:
        return None


def promoter_of(session: Session, version: ModelVersion) -> str | None:
    if version.promoted_by is None:
        return None
    user = session.get(User, (version.organisation_id, version.promoted_by))
    return user.name if user else None


def vacancy_counts(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many open vacancies stand on each model."""
    rows = session.execute(
        select(Vacancy.model_version_id, func.count())
        .where(Vacancy.organisation_id == organisation_id, Vacancy.state == "open")
        .group_by(Vacancy.model_version_id)
    )
    return dict(rows.all())


def recent_jobs(session: Session, organisation_id: uuid.UUID, limit: int = 6) -> list[Job]:
    return list(
        session.scalars(
            select(Job).where(Job.organisation_id == organisation_id).order_by(Job.created_at.desc()).limit(limit)
        )
    )
