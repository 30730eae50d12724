"""One applicant's answers with the model that read them; never shown, only looked into."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from webapp.records import Applicant, Sitting, Vacancy
from webapp.services.items.left_out import items_left_out
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.score_sitting import key_model, saved_answers
from webapp.services.serving_model import serving_model


@dataclass(frozen=True)
class Answered:
    """`model` is the vacancy's, whole; `counted` the same without the questions that do not count here."""

    sitting: Sitting
    questionnaire: Questionnaire
    model: TrainedModel
    counted: TrainedModel
    sheet: AnswerSheet

    @property
    def facets(self) -> dict[str, str]:
        """The facet by item of this form."""
        return {item.id: item.facet or "" for item in self.counted.compiled.items}

    def name_of(self, facet: str, language: str) -> str:
        return self.questionnaire.facet_names.get(facet, {}).get(language, facet)


def answered_of(session: Session, vacancy: Vacancy, applicant: Applicant) -> Answered | None:
    """None where nothing may be told: scores are stopped, nothing was sent, withdrawn, or no model reads this form."""
    if applicant.state != "done" or is_stopped(session, applicant.organisation_id):
        return None
    sitting = sent_sitting(session, applicant)
    model = _model_of(session, vacancy, sitting) if sitting else None
    if sitting is None or model is None:
        return None
    sheet = AnswerSheet(str(sitting.id), saved_answers(session, sitting), language=sitting.language or None)
    asked = read_questionnaire(session, sitting.organisation_id, sitting.questionnaire_id)
    return Answered(sitting, asked, model, model.without(items_left_out(session, sitting)), sheet)


def sent_sitting(session: Session, applicant: Applicant) -> Sitting | None:
    return session.scalar(
        select(Sitting).where(
            Sitting.organisation_id == applicant.organisation_id,
            Sitting.applicant_id == applicant.id,
            Sitting.purpose == "selection",
            Sitting.state == "submitted",
        )
    )


def model_of_vacancy(session: Session, organisation_id: uuid.UUID, vacancy: Vacancy) -> TrainedModel | None:
    """The model that the list is on; None where it cannot be read."""
    try:
        return serving_model(session, organisation_id, vacancy.model_version_id)
    except ModelError:
        return None


def _model_of(session: Session, vacancy: Vacancy, sitting: Sitting) -> TrainedModel | None:
    model = model_of_vacancy(session, sitting.organisation_id, vacancy)
    if model is None or model.manifest.form == sitting.form:
        return model
    # A retake on the other form is scored by the key there, see `score_of`.
    return key_model(model.questionnaire, sitting.form) if model.manifest.kind == "key_only" else None
