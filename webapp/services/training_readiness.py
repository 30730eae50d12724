"""How much there is to learn from, what is missing, and what to do next."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.confidence import in_fives, people_class
from models.training import MINIMUM
from webapp.records import ModelVersion, QuestionnaireVersion, Rating, RatingRound, StaffMember
from webapp.services.import_staff import unit_names
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.rounds.rated_people import closed_rounds, collected_competences
from webapp.services.training_data import newest_sittings

ENOUGH_RATERS = 3
COMFORTABLE = 200


@dataclass(frozen=True)
class UnitRow:
    """One unit's counts."""

    name: str
    staff: int
    answered: int
    rated: int
    both: int


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
    units: list[UnitRow] = field(default_factory=list)
    needed: int = MINIMUM
    comfortable: int = COMFORTABLE

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
    """Count who answered this form and who was rated; what hangs on ratings in confidence is told in fives."""
    units = dict(
        session.execute(
            select(StaffMember.id, StaffMember.unit_id).where(StaffMember.organisation_id == organisation_id)
        ).all()
    )
    answered = set(newest_sittings(session, organisation_id, questionnaire_id, form))
    raters = raters_of(session, organisation_id)
    released = released_rounds(session, organisation_id)
    for member in well_rated_in(released):
        raters[member] = max(raters.get(member, 0), ENOUGH_RATERS)
    told = in_fives if released else int
    return Readiness(
        staff=len(units),
        answered=len(answered),
        rated=told(len(raters)),
        both=told(len(answered & set(raters))),
        well_rated=told(sum(number >= ENOUGH_RATERS for number in raters.values())),
        left_out=people_class(len(answered - set(raters))) if released else "",
        anybody_rated=bool(raters),
        raters=any(raters.values()),
        competences=competences(session, organisation_id),
        units=unit_rows(unit_names(session, organisation_id), units, answered, set(raters), told),
    )


def released_rounds(session: Session, organisation_id: uuid.UUID) -> list[RatingRound]:
    """A run learns from rounds whose figures are out, so that nothing is told before its time."""
    return [row for row in closed_rounds(session, organisation_id) if row.state == "released"]


def well_rated_in(rows: Iterable[RatingRound]) -> set[uuid.UUID]:
    """Whom three or more colleagues have rated in one of these rounds."""
    return {uuid.UUID(each) for row in rows for each in row.turnout.get("rated", ())}


def raters_of(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many named raters each rated person has."""
    rows = session.execute(
        select(Rating.ratee_id, func.count(Rating.rater_code.distinct()))
        .where(Rating.organisation_id == organisation_id)
        .group_by(Rating.ratee_id)
    )
    return dict(rows.all())


def unit_rows(
    names: dict[uuid.UUID, str],
    units: dict[uuid.UUID, uuid.UUID | None],
    answered: set[uuid.UUID],
    rated: set[uuid.UUID],
    told: Callable[[int], int] = int,
) -> list[UnitRow]:
    """Counts by unit, by name; people without a unit come last."""
    counts = [Counter(units[member] for member in who) for who in (units, answered, rated, answered & rated)]
    order = sorted(counts[0], key=lambda unit: (unit is None, names.get(unit, "") if unit else ""))
    staff, answers, ratings, both = counts
    return [
        UnitRow(names.get(unit, "") if unit else "", staff[unit], answers[unit], told(ratings[unit]), told(both[unit]))
        for unit in order
    ]


@dataclass(frozen=True)
class Overview:
    """One questionnaire's readiness, with the model that serves it."""

    questionnaire: QuestionnaireVersion
    serving: ModelVersion | None
    readiness: Readiness


def overview(session: Session, organisation_id: uuid.UUID) -> list[Overview]:
    """Every questionnaire of the organisation."""
    rows = session.scalars(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.organisation_id == organisation_id)
        .order_by(QuestionnaireVersion.name, QuestionnaireVersion.created_at.desc())
    ).all()
    return [overview_of(session, row) for row in rows]


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
    return Overview(questionnaire, serving, training_readiness(session, owner, questionnaire.id, form))


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
