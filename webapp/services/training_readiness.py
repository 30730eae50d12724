"""How much there is to learn from, what is missing, and what to do next."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.confidence import in_fives, people_class
from models.training import MINIMUM
from webapp.records import ModelVersion, QuestionnaireVersion, Rating
from webapp.services.import_tables import questionnaires_of
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.readiness.people import Answered, Rated, Staff, read_answered, read_rated, read_staff
from webapp.services.readiness.remembered import mark_of, remembered
from webapp.services.reports.forecast_words import standing_of
from webapp.services.rounds.rated_people import collected_competences


@dataclass(frozen=True)
class Readiness:
    """Counts of people; nobody is named."""

    staff: int
    answered: int
    rated: int
    both: int
    well_rated: int
    raters: bool
    competences: list[str]
    left_out: str = ""
    """Where ratings are collected in rounds: the class of how many answered and have too few raters."""
    anybody_rated: bool = False
    answers_in_confidence: bool = False
    needed: int = MINIMUM

    @property
    def ready(self) -> bool:
        return self.both >= self.needed

    @property
    def next_step(self) -> str:
        """What HR should do now."""
        if not self.staff:
            return "staff"
        if not self.answered:
            return "answers"
        if not self.anybody_rated:
            return "ratings"
        return "train" if self.ready else "more"


def training_readiness(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> Readiness:
    """Count who answered this form and who was rated; what hangs on what is in confidence is told in fives."""
    return counted(
        Facts.read(session, organisation_id), read_answered(session, organisation_id, questionnaire_id, form)
    )


@dataclass(frozen=True)
class Facts:
    """What is the same for every questionnaire, read once."""

    staff: Staff
    rated: Rated
    competences: list[str]

    @classmethod
    def read(cls, session: Session, organisation_id: uuid.UUID) -> Facts:
        staff, rated = read_staff(session, organisation_id), read_rated(session, organisation_id)
        return cls(staff, rated, competences(session, organisation_id))


def facts_now(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> tuple[Facts, Answered]:
    """Read, unless nothing has changed since they were read last."""
    mark = mark_of(session, organisation_id)
    return (
        remembered(("facts", mark), lambda: Facts.read(session, organisation_id)),
        remembered(
            ("answered", questionnaire_id, form, mark),
            lambda: read_answered(session, organisation_id, questionnaire_id, form),
        ),
    )


def counted(facts: Facts, answered: Answered) -> Readiness:
    rated = facts.rated
    of_ratings = in_fives if rated.in_confidence else int
    of_answers = in_fives if answered.in_confidence else int
    of_both = in_fives if rated.in_confidence or answered.in_confidence else int
    return Readiness(
        staff=len(facts.staff.units),
        answered=of_answers(len(answered.people)),
        rated=of_ratings(len(rated.raters)),
        both=of_both(len(answered.people & rated.people)),
        well_rated=of_ratings(len(rated.reliably)),
        left_out=people_class(len(answered.people - rated.people)) if rated.in_confidence else "",
        anybody_rated=bool(rated.raters),
        raters=rated.raters_known,
        competences=facts.competences,
        answers_in_confidence=answered.in_confidence,
    )


@dataclass(frozen=True)
class Overview:
    """One questionnaire's readiness, with the model that serves it."""

    questionnaire: QuestionnaireVersion
    serving: ModelVersion | None
    readiness: Readiness
    standing: str
    """Where the newest run says that model and key stand, in the words of the other pages; empty before any run."""


def overview(session: Session, organisation_id: uuid.UUID) -> list[Overview]:
    """Every questionnaire of the organisation."""
    return [overview_of(session, row) for row in questionnaires_of(session, organisation_id)]


def overview_of(session: Session, questionnaire: QuestionnaireVersion) -> Overview:
    owner = questionnaire.organisation_id
    form = operational_form(session, owner, questionnaire.id)
    serving = session.scalars(
        select(ModelVersion).where(
            ModelVersion.organisation_id == owner,
            ModelVersion.questionnaire_id == questionnaire.id,
            ModelVersion.form == form,
            ModelVersion.state == "serving",
        )
    ).first()
    run = newest_run(session, owner, questionnaire.id, form)
    readiness = counted(*facts_now(session, owner, questionnaire.id, form))
    return Overview(questionnaire, serving, readiness, standing_of(run.figures) if run else "")


def newest_run(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> ModelVersion | None:
    """The newest trained model, promoted or not: it knows most about these staff."""
    return session.scalars(
        select(ModelVersion)
        .where(
            ModelVersion.organisation_id == organisation_id,
            ModelVersion.questionnaire_id == questionnaire_id,
            ModelVersion.form == form,
            ModelVersion.kind == "trained",
        )
        .order_by(ModelVersion.number.desc())
        .limit(1)
    ).first()


def operational_form(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID) -> str:
    """The form that staff answer and models are trained for: the first one."""
    return read_questionnaire(session, organisation_id, questionnaire_id).forms[0].id


def competence_choices(session: Session, organisation_id: uuid.UUID, language: str) -> list[tuple[str, str]]:
    """What a model can predict, as it is kept and as it is called: from imported files and from closed rounds."""
    collected = collected_competences(session, organisation_id)
    imported = [(name, name) for name in competences(session, organisation_id) if name not in collected]
    return imported + [(code, text.name_in(language)) for code, text in collected.items()]


def competences(session: Session, organisation_id: uuid.UUID) -> list[str]:
    """The competences that imported ratings name."""
    rows = session.scalars(
        select(Rating.competence)
        .where(Rating.organisation_id == organisation_id, Rating.competence.is_not(None))
        .distinct()
        .order_by(Rating.competence)
    )
    return [name for name in rows if name]
