"""Facts about the staff that readiness counts; they are for counting alone, no page names anybody by them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from webapp.records import Rating, RatingRound, Sitting, StaffInvitation, StaffMember
from webapp.services.outcomes.answers_of_hired import answers_of_hired
from webapp.services.rounds.rated_people import closed_rounds

ENOUGH_RATERS = 3


@dataclass(frozen=True)
class Rated:
    """Who was rated, and by how many whose codes are known; `in_confidence` where some of it came from rounds."""

    raters: dict[uuid.UUID, int]
    in_confidence: bool

    @cached_property
    def people(self) -> set[uuid.UUID]:
        return set(self.raters)

    @cached_property
    def reliably(self) -> set[uuid.UUID]:
        """Rated by three or more."""
        return {member for member, number in self.raters.items() if number >= ENOUGH_RATERS}

    @property
    def raters_known(self) -> bool:
        return any(self.raters.values())


@dataclass(frozen=True)
class Answered:
    """Who answered a form; `in_confidence` where some did by a link of their own, so that HR cannot know who."""

    people: set[uuid.UUID]
    in_confidence: bool


@dataclass(frozen=True)
class Staff:
    """Everybody with unit and job family."""

    units: dict[uuid.UUID, uuid.UUID | None]
    families: dict[uuid.UUID, str]


def read_staff(session: Session, organisation_id: uuid.UUID) -> Staff:
    rows = session.execute(
        select(StaffMember.id, StaffMember.unit_id, StaffMember.job_family).where(
            StaffMember.organisation_id == organisation_id
        )
    ).all()
    return Staff({member: unit for member, unit, _ in rows}, {member: family for member, _, family in rows})


def read_rated(session: Session, organisation_id: uuid.UUID) -> Rated:
    """From imported ratings and from released rounds, as a run would take them."""
    raters = raters_of(session, organisation_id)
    released = released_rounds(session, organisation_id)
    for member in well_rated_in(released):
        raters[member] = max(raters.get(member, 0), ENOUGH_RATERS)
    return Rated(raters, bool(released))


def read_answered(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str) -> Answered:
    by_link = exists().where(
        StaffInvitation.organisation_id == organisation_id,
        StaffInvitation.questionnaire_id == questionnaire_id,
        StaffInvitation.form == form,
        StaffInvitation.sitting_id.is_not(None),
    )
    people = answered_people(session, organisation_id, questionnaire_id, form)
    people |= set(answers_of_hired(session, organisation_id, questionnaire_id, form))
    return Answered(people, bool(session.scalar(select(by_link))))


def answered_people(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> set[uuid.UUID]:
    """Who of the staff has sent in this form."""
    rows = session.scalars(
        select(Sitting.staff_member_id)
        .where(
            Sitting.organisation_id == organisation_id,
            Sitting.questionnaire_id == questionnaire_id,
            Sitting.form == form,
            Sitting.staff_member_id.is_not(None),
            Sitting.state == "submitted",
        )
        .distinct()
    )
    return {member for member in rows if member is not None}


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
