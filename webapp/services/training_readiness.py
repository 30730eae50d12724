"""How much there is to learn from, what is missing, and what to do next."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.training import MINIMUM
from webapp.records import ModelVersion, QuestionnaireVersion, StaffMember
from webapp.services.import_staff import unit_names
from webapp.services.training_data import newest_ratings, newest_sittings

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
    raters: int
    competences: list[str]
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
        if not self.rated:
            return "ratings"
        return "train" if self.ready else "more"


def training_readiness(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> Readiness:
    """Count who answered this form and who was rated."""
    units = dict(
        session.execute(
            select(StaffMember.id, StaffMember.unit_id).where(StaffMember.organisation_id == organisation_id)
        ).all()
    )
    answered = set(newest_sittings(session, organisation_id, questionnaire_id, form))
    ratings = newest_ratings(session, organisation_id)
    raters: dict[uuid.UUID, set[str]] = {row.ratee_id: set() for row in ratings}
    for row in ratings:
        if row.rater_code:
            raters[row.ratee_id].add(row.rater_code)
    rated = set(raters)
    return Readiness(
        staff=len(units),
        answered=len(answered),
        rated=len(rated),
        both=len(answered & rated),
        well_rated=sum(len(names) >= ENOUGH_RATERS for names in raters.values()),
        raters=len(set().union(*raters.values())),
        competences=sorted({row.competence for row in ratings if row.competence}),
        units=unit_rows(unit_names(session, organisation_id), units, answered, rated),
    )


def unit_rows(
    names: dict[uuid.UUID, str],
    units: dict[uuid.UUID, uuid.UUID | None],
    answered: set[uuid.UUID],
    rated: set[uuid.UUID],
) -> list[UnitRow]:
    """Counts by unit, by name; people without a unit come last."""
    counts = [Counter(units[member] for member in who) for who in (units, answered, rated, answered & rated)]
    order = sorted(counts[0], key=lambda unit: (unit is None, names.get(unit, "") if unit else ""))
    return [UnitRow(names.get(unit, "") if unit else "", *(count[unit] for count in counts)) for unit in order]


def operational_form(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID) -> str | None:
    """The form of the questionnaire's serving model."""
    return session.scalars(
        select(ModelVersion.form).where(
            ModelVersion.organisation_id == organisation_id,
            ModelVersion.questionnaire_id == questionnaire_id,
            ModelVersion.state == "serving",
        )
    ).first()


def count_staff(session: Session, organisation_id: uuid.UUID) -> int:
    return session.scalar(select(func.count()).where(StaffMember.organisation_id == organisation_id)) or 0


def questionnaire_exists(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID) -> bool:
    return session.get(QuestionnaireVersion, (organisation_id, questionnaire_id)) is not None
