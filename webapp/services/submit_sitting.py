"""Send the answers, once. They are scored in the same transaction: sent means scored."""

from __future__ import annotations

import logging
import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.trained import TrainedModel
from webapp.errors import Refused, Unavailable
from webapp.records import Applicant, ModelVersion, Sitting, Vacancy
from webapp.records.base import now
from webapp.security import signed_code
from webapp.services.queue_work import queue_work
from webapp.services.read_sitting import check_changeable, lock_sitting, vacancy_of
from webapp.services.record_event import record_event
from webapp.services.score_sitting import score_sitting
from webapp.services.serving_model import serving_model

log = logging.getLogger(__name__)


def submit_sitting(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, secret_key: str) -> bool:
    """Close the sitting and score it. False where it was sent before: the second post changes nothing."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    if sitting.state == "submitted":
        return False
    check_changeable(session, sitting)
    if sitting.consented_at is None:
        raise Refused()
    vacancy = _held_vacancy(session, sitting)
    applicant = session.get_one(Applicant, (organisation_id, sitting.applicant_id))
    model = _model(session, vacancy)
    version = session.get_one(ModelVersion, (organisation_id, vacancy.model_version_id))
    sitting.state = "submitted"
    sitting.submitted_at = now()
    applicant.state = "done"
    score = score_sitting(session, sitting, applicant, version.id, model)
    sitting.receipt_code = signed_code(secret_key, "receipt", f"{sitting.id}:{score.answers_hash}", 12)
    record_event(
        session,
        organisation_id,
        "sitting.submitted",
        subject="sitting",
        subject_id=sitting.id,
        model=version.number,
        flags=score.flags,
    )
    queue_work(session, organisation_id, "mail.receipt", sitting_id=sitting.id)
    return True


def _held_vacancy(session: Session, sitting: Sitting) -> Vacancy:
    # A move to another model waits until this is done, so that its sweep finds this sitting.
    key = vacancy_of(session, sitting).id
    return session.scalars(
        select(Vacancy)
        .where(Vacancy.organisation_id == sitting.organisation_id, Vacancy.id == key)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).one()


def _model(session: Session, vacancy: Vacancy) -> TrainedModel:
    try:
        return serving_model(session, vacancy.organisation_id, vacancy.model_version_id)
    except ModelError as error:
        log.exception("model version %s cannot be used", vacancy.model_version_id)
        raise Unavailable(
            _("We cannot take your answers just now. Everything that you saved is safe. Try again later by your link.")
        ) from error
