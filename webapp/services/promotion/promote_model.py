"""Let a model serve: new vacancies take it, open ones move only where HR says so."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ModelError
from webapp.errors import Conflict, NotFound, Refused
from webapp.records import ModelVersion, QuestionnaireVersion
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.promotion.vacancies import movable_vacancies, queue_rescoring
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.record_event import record_event
from webapp.services.serving_model import serving_model


def promote_model(
    session: Session,
    organisation_id: uuid.UUID,
    model_version_id: uuid.UUID,
    *,
    user_id: uuid.UUID | None = None,
    vacancies: Sequence[uuid.UUID] = (),
) -> ModelVersion:
    """Make it the serving model of its questionnaire and form; the one before retires."""
    # One at a time: the questionnaire's row is the gate.
    version = session.get(ModelVersion, (organisation_id, model_version_id))
    if version is None:
        raise NotFound
    lock_row(session, QuestionnaireVersion, organisation_id, version.questionnaire_id)
    session.refresh(version)
    if version.state == "serving":
        raise Conflict(_("This model is serving already."))
    check_identity(session, version)
    retire_serving(session, version)
    version.state, version.promoted_at, version.promoted_by = "serving", now(), user_id
    record_event(
        session,
        organisation_id,
        "model.promoted",
        user_id=user_id,
        subject="model_version",
        subject_id=version.id,
        number=version.number,
    )
    for vacancy in movable_vacancies(session, version):
        if vacancy.id in set(vacancies):
            queue_rescoring(session, vacancy, version, user_id)
    session.flush()
    return version


def check_identity(session: Session, version: ModelVersion) -> None:
    """The artefact must be whole, and about the very items, options and key of this questionnaire."""
    try:
        model = serving_model(session, version.organisation_id, version.id)
    except ModelError as error:
        raise Refused(
            _("This model's stored file was changed or is damaged. Restore the database from a copy, or train again.")
        ) from error
    questionnaire = read_questionnaire(session, version.organisation_id, version.questionnaire_id)
    if model.manifest.scoring_identity != questionnaire.scoring_identity or model.manifest.form != version.form:
        raise Refused(
            _(
                "This model was trained for another questionnaire: its items, options or key differ. "
                "Train a new model for this one."
            )
        )


def retire_serving(session: Session, version: ModelVersion) -> None:
    serving = session.scalars(
        select(ModelVersion).where(
            ModelVersion.organisation_id == version.organisation_id,
            ModelVersion.questionnaire_id == version.questionnaire_id,
            ModelVersion.form == version.form,
            ModelVersion.state == "serving",
        )
    )
    for row in serving:
        row.state = "retired"
        record_event(
            session,
            version.organisation_id,
            "model.retired",
            subject="model_version",
            subject_id=row.id,
            number=row.number,
        )


def promote_or_move(
    session: Session,
    organisation_id: uuid.UUID,
    model_version_id: uuid.UUID,
    vacancies: Sequence[uuid.UUID],
    user_id: uuid.UUID | None,
) -> None:
    """Promote the model; one that serves already only takes the vacancies over."""
    version = session.get(ModelVersion, (organisation_id, model_version_id))
    if version is not None and version.state == "serving":
        move_vacancies(session, organisation_id, model_version_id, vacancies, user_id)
    else:
        promote_model(session, organisation_id, model_version_id, user_id=user_id, vacancies=vacancies)


def move_vacancies(
    session: Session,
    organisation_id: uuid.UUID,
    model_version_id: uuid.UUID,
    vacancies: Sequence[uuid.UUID],
    user_id: uuid.UUID | None,
) -> int:
    """Move open vacancies to a model that is serving already; how many were queued."""
    version = session.get(ModelVersion, (organisation_id, model_version_id))
    if version is None:
        raise NotFound
    if version.state != "serving":
        raise Conflict(_("Only a model that is serving can take vacancies over. Promote it first."))
    chosen = [row for row in movable_vacancies(session, version) if row.id in set(vacancies)]
    for vacancy in chosen:
        queue_rescoring(session, vacancy, version, user_id)
    return len(chosen)
