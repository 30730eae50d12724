"""What a new vacancy may use: the questionnaires that a model serves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.records import ModelVersion, QuestionnaireVersion, Unit, Vacancy
from webapp.services.read_questionnaire import can_be_asked, read_questionnaire


@dataclass(frozen=True)
class Instrument:
    """What a new vacancy may use: a questionnaire's form with the model that serves it."""

    model_version_id: uuid.UUID
    model_number: int
    by_key: bool
    titles: dict[str, str]
    version: str
    form: str
    languages: tuple[str, ...]


def instruments(session: Session, organisation_id: uuid.UUID) -> list[Instrument]:
    """Every form that a model serves, the newest version of a questionnaire first."""
    rows = session.execute(
        select(ModelVersion, QuestionnaireVersion)
        .join(
            QuestionnaireVersion,
            (QuestionnaireVersion.organisation_id == ModelVersion.organisation_id)
            & (QuestionnaireVersion.id == ModelVersion.questionnaire_id),
        )
        .where(ModelVersion.organisation_id == organisation_id, ModelVersion.state == "serving")
        .order_by(QuestionnaireVersion.created_at.desc(), ModelVersion.form, ModelVersion.number.desc())
    )
    return [_instrument(session, model, version) for model, version in rows if _can_be_asked(session, model)]


def _can_be_asked(session: Session, model: ModelVersion) -> bool:
    questionnaire = read_questionnaire(session, model.organisation_id, model.questionnaire_id)
    return can_be_asked(questionnaire, model.form)


def _instrument(session: Session, model: ModelVersion, version: QuestionnaireVersion) -> Instrument:
    questionnaire = read_questionnaire(session, version.organisation_id, version.id)
    return Instrument(
        model_version_id=model.id,
        model_number=model.number,
        by_key=model.kind == "key_only",
        titles=dict(questionnaire.titles),
        version=version.version,
        form=model.form,
        languages=tuple(code for code in LANGUAGES if code in questionnaire.languages),
    )


def same_instrument(session: Session, vacancy: Vacancy) -> uuid.UUID | None:
    """The model that serves now what this vacancy asked; None where none does."""
    return session.scalars(
        select(ModelVersion.id).where(
            ModelVersion.organisation_id == vacancy.organisation_id,
            ModelVersion.questionnaire_id == vacancy.questionnaire_id,
            ModelVersion.form == vacancy.form,
            ModelVersion.state == "serving",
        )
    ).first()


def unit_names(session: Session, organisation_id: uuid.UUID) -> list[str]:
    return list(session.scalars(select(Unit.name).where(Unit.organisation_id == organisation_id).order_by(Unit.name)))


def spoken_languages(session: Session, vacancy: Vacancy) -> tuple[str, ...]:
    """The languages in which this vacancy's questionnaire is written."""
    questionnaire = read_questionnaire(session, vacancy.organisation_id, vacancy.questionnaire_id)
    return tuple(code for code in LANGUAGES if code in questionnaire.languages)
