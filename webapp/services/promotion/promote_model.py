"""Let a model serve: new vacancies take it, open ones move only where HR says so."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, NotFound
from webapp.records import ModelVersion, QuestionnaireVersion
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.promotion.check_artefact import check_identity
from webapp.services.promotion.vacancies import movable_vacancies, queue_rescoring
from webapp.services.record_event import record_event


def promote_model(
    session: Session,
    organisation_id: uuid.UUID,
    model_version_id: uuid.UUID,
    *,
    user_id: uuid.UUID | None = None,
    vacancies: Sequence[uuid.UUID] = (),
    back: bool = False,
    request_id: uuid.UUID | None = None,
) -> ModelVersion:
    """Make it the serving model of its questionnaire and form; the one before retires. `back`: it served before."""
    version = lock_for_promotion(session, organisation_id, model_version_id)
    if version.state == "serving":
        raise Conflict(_("This model is serving already."))
    check_identity(session, version)
    before = retire_serving(session, version, user_id)
    version.state, version.promoted_at, version.promoted_by, version.retired_at = "serving", now(), user_id, None
    record_event(
        session,
        organisation_id,
        "model.rolled_back" if back else "model.promoted",
        user_id=user_id,
        subject="model_version",
        subject_id=version.id,
        number=version.number,
        before=before,
        **({"request": str(request_id)} if request_id else {}),
    )
    _move(session, version, vacancies, user_id)
    return version


def lock_for_promotion(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> ModelVersion:
    """The model as it is now. One at a time: the questionnaire's row is the gate."""
    version = session.get(ModelVersion, (organisation_id, model_version_id))
    if version is None:
        raise NotFound
    lock_row(session, QuestionnaireVersion, organisation_id, version.questionnaire_id)
    session.refresh(version)
    return version


def serving_beside(session: Session, version: ModelVersion) -> list[ModelVersion]:
    """The models, one at most in the order of things, that serve this questionnaire and form."""
    return list(
        session.scalars(
            select(ModelVersion).where(
                ModelVersion.organisation_id == version.organisation_id,
                ModelVersion.questionnaire_id == version.questionnaire_id,
                ModelVersion.form == version.form,
                ModelVersion.state == "serving",
            )
        )
    )


def retire_serving(session: Session, version: ModelVersion, user_id: uuid.UUID | None) -> int | None:
    """Retire what serves; its number."""
    number = None
    for row in serving_beside(session, version):
        row.state, row.retired_at, number = "retired", now(), row.number
        record_event(
            session,
            version.organisation_id,
            "model.retired",
            user_id=user_id,
            subject="model_version",
            subject_id=row.id,
            number=row.number,
            after=version.number,
        )
    return number


def promote_or_move(
    session: Session,
    organisation_id: uuid.UUID,
    model_version_id: uuid.UUID,
    vacancies: Sequence[uuid.UUID],
    user_id: uuid.UUID | None,
    *,
    back: bool = False,
    request_id: uuid.UUID | None = None,
) -> None:
    """Promote the model; one that serves already only takes the vacancies over."""
    version = session.get(ModelVersion, (organisation_id, model_version_id))
    if version is not None and version.state == "serving" and not back:
        move_vacancies(session, organisation_id, model_version_id, vacancies, user_id)
        return
    promote_model(
        session,
        organisation_id,
        model_version_id,
        user_id=user_id,
        vacancies=vacancies,
        back=back,
        request_id=request_id,
    )


def move_vacancies(
    session: Session,
    organisation_id: uuid.UUID,
    model_version_id: uuid.UUID,
    vacancies: Sequence[uuid.UUID],
    user_id: uuid.UUID | None,
) -> int:
    """Move open vacancies to a model that is serving already; how many were queued."""
    version = lock_for_promotion(session, organisation_id, model_version_id)
    if version.state != "serving":
        raise Conflict(_("Only a model that is serving can take vacancies over. Promote it first."))
    check_identity(session, version)
    return _move(session, version, vacancies, user_id)


def _move(session: Session, version: ModelVersion, vacancies: Sequence[uuid.UUID], user_id: uuid.UUID | None) -> int:
    chosen = [row for row in movable_vacancies(session, version) if row.id in set(vacancies)]
    for vacancy in chosen:
        queue_rescoring(session, vacancy, version, user_id)
    session.flush()
    return len(chosen)
