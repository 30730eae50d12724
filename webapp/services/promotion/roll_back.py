"""The model that served before, and the way back to it."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import ModelVersion, Vacancy
from webapp.services.promotion.check_artefact import why_not
from webapp.services.read_models import find_model


def model_before(session: Session, version: ModelVersion) -> ModelVersion | None:
    """The model in whose place this one came; None for a model that does not serve, and for the first.

    One that an erasure keeps out of service, or that is damaged, is passed over.
    """
    if version.state != "serving":
        return None
    retired = session.scalars(
        select(ModelVersion)
        .where(
            ModelVersion.organisation_id == version.organisation_id,
            ModelVersion.questionnaire_id == version.questionnaire_id,
            ModelVersion.form == version.form,
            ModelVersion.state == "retired",
            ModelVersion.retired_at.is_not(None),
        )
        .order_by(ModelVersion.retired_at.desc(), ModelVersion.number.desc())
    )
    return next((each for each in retired if not why_not(session, each)), None)


def way_back(
    session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID
) -> tuple[ModelVersion, ModelVersion]:
    """The model that serves and the one before it; refused where there is no way back."""
    serving = find_model(session, organisation_id, model_version_id)
    before = model_before(session, serving)
    if before is None:
        raise Conflict(_("There is no way back from this model: it does not serve, or none served before it."))
    return serving, before


def vacancies_to_take_back(session: Session, serving: ModelVersion) -> list[Vacancy]:
    """Open vacancies on the model that is to go: those that stay elsewhere are not touched."""
    return list(
        session.scalars(
            select(Vacancy)
            .where(
                Vacancy.organisation_id == serving.organisation_id,
                Vacancy.model_version_id == serving.id,
                Vacancy.state == "open",
            )
            .order_by(Vacancy.title)
        )
    )
