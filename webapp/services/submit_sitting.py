"""Send the answers, once. They are scored in the same transaction: sent means scored."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.trained import TrainedModel
from webapp.errors import Refused, Unavailable
from webapp.records import Applicant, ModelVersion, Sitting, Vacancy
from webapp.records.base import now
from webapp.security import signed_code
from webapp.services.lock_row import lock_row
from webapp.services.queue_work import queue_work
from webapp.services.read_sitting import check_changeable, lock_sitting
from webapp.services.record_event import record_event
from webapp.services.score_sitting import answers_hash, saved_answers, score_sitting
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
    sitting.state = "submitted"
    sitting.submitted_at = now()
    taken, seal = _scored(session, sitting) if sitting.purpose == "selection" else _kept(session, sitting)
    sitting.receipt_code = signed_code(secret_key, "receipt", f"{sitting.id}:{seal}", 12)
    record_event(session, organisation_id, "sitting.submitted", subject="sitting", subject_id=sitting.id, **taken)
    if sitting.applicant_id is not None:
        queue_work(session, organisation_id, "mail.receipt", sitting_id=sitting.id)
    return True


def _scored(session: Session, sitting: Sitting) -> tuple[dict[str, Any], str]:
    """An applicant's result, by the model that the vacancy is on; returns what the event tells and the seal."""
    owner = sitting.organisation_id
    vacancy = _held_vacancy(session, sitting)
    applicant = session.get_one(Applicant, (owner, sitting.applicant_id))
    model = _model(session, vacancy)
    version = session.get_one(ModelVersion, (owner, vacancy.model_version_id))
    applicant.state = "done"
    score = score_sitting(session, sitting, applicant, version.id, model)
    return {"model": version.number, "flags": score.flags}, score.answers_hash


def _kept(session: Session, sitting: Sitting) -> tuple[dict[str, Any], str]:
    """Answers that no vacancy's model scores: those of the staff, and those that confirm an earlier result."""
    return {"purpose": sitting.purpose}, answers_hash(saved_answers(session, sitting))


def _held_vacancy(session: Session, sitting: Sitting) -> Vacancy:
    # A move to another model waits until this is done, so that its sweep finds this sitting.
    owner = sitting.organisation_id
    vacancy_id = session.get_one(Applicant, (owner, sitting.applicant_id)).vacancy_id
    return lock_row(session, Vacancy, owner, vacancy_id, shared=True)


def _model(session: Session, vacancy: Vacancy) -> TrainedModel:
    try:
        return serving_model(session, vacancy.organisation_id, vacancy.model_version_id)
    except ModelError as error:
        log.exception("model version %s cannot be used", vacancy.model_version_id)
        raise Unavailable(
            _("We cannot take your answers just now. Everything that you saved is safe. Try again later by your link.")
        ) from error
