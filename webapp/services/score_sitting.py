"""Score one sitting with one model: at the submit, and again when a vacancy moves to another model."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from webapp.records import Answer, Applicant, Score, Sitting


def score_sitting(
    session: Session, sitting: Sitting, applicant: Applicant, model_version_id: uuid.UUID, model: TrainedModel
) -> Score:
    """Write what this model version makes of the saved answers; the same inputs give the same row again."""
    answers = saved_answers(session, sitting)
    sheet = AnswerSheet(person=str(sitting.id), answers=answers, language=sitting.language or None)
    (result,) = model.score([sheet])
    row = _row(session, sitting, model_version_id) or Score(
        organisation_id=sitting.organisation_id, sitting_id=sitting.id, model_version_id=model_version_id
    )
    row.vacancy_id = applicant.vacancy_id
    row.applicant_id = applicant.id
    for name in ("score", "key_total", "p_top_third", "expected_rating", "lower_90", "upper_90"):
        setattr(row, name, getattr(result, name))
    row.flags = list(result.flags)
    row.answers_hash = answers_hash(answers)
    row.scoring_identity = model.questionnaire.scoring_identity
    row.texts_identity = model.questionnaire.texts_identity
    session.add(row)
    session.flush()
    return row


def saved_answers(session: Session, sitting: Sitting) -> dict[str, dict[str, Any]]:
    """The answers that were given, by item id; what was skipped is not among them."""
    rows = session.scalars(
        select(Answer)
        .where(Answer.organisation_id == sitting.organisation_id, Answer.sitting_id == sitting.id)
        .order_by(Answer.item_id)
    )
    return {row.item_id: row.value for row in rows if row.value is not None}


def answers_hash(answers: dict[str, dict[str, Any]]) -> str:
    """SHA-256 of the answers in one fixed writing."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(session: Session, sitting: Sitting, model_version_id: uuid.UUID) -> Score | None:
    return session.scalar(
        select(Score).where(
            Score.organisation_id == sitting.organisation_id,
            Score.sitting_id == sitting.id,
            Score.model_version_id == model_version_id,
        )
    )
