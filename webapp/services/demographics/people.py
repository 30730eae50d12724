"""Everybody who applied, as reports about groups need them: what became of them, and no name."""

from __future__ import annotations

import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Hire, Score, Sitting, Vacancy, Withdrawal
from webapp.services.demographics.lines import HIRED, SHARES


@dataclass(frozen=True, slots=True)
class Person:
    """`score` is that of the vacancy's own model. `left`: took the application back at their own word."""

    id: uuid.UUID
    vacancy_id: uuid.UUID
    language: str
    started: bool
    submitted: bool
    left: bool
    hired: bool
    score: float | None
    sitting_id: uuid.UUID | None

    @property
    def counted(self) -> bool:
        """In the denominator of every decision: whoever was turned down stays, whoever took it back does not."""
        return self.submitted and not self.left


def read_people(session: Session, organisation_id: uuid.UUID) -> list[Person]:
    """All applicants of the organisation, in the order of their ids."""
    hired, left = _ids(session, organisation_id, Hire), _ids(session, organisation_id, Withdrawal)
    scores = _scores(session, organisation_id)
    rows = session.execute(
        select(Applicant.id, Applicant.vacancy_id, Applicant.language, Sitting.id, Sitting.language, Sitting.state)
        .outerjoin(
            Sitting,
            (Sitting.organisation_id == Applicant.organisation_id)
            & (Sitting.applicant_id == Applicant.id)
            & (Sitting.purpose == "selection"),
        )
        .where(Applicant.organisation_id == organisation_id)
        .order_by(Applicant.id)
    )
    return [
        Person(
            id=person,
            vacancy_id=vacancy,
            language=spoken or invited or "",
            started=sitting is not None,
            submitted=state == "submitted",
            left=person in left,
            hired=person in hired,
            score=scores.get(sitting) if sitting else None,
            sitting_id=sitting,
        )
        for person, vacancy, invited, sitting, spoken, state in rows
    ]


def _ids(session: Session, organisation_id: uuid.UUID, table: type[Hire] | type[Withdrawal]) -> set[uuid.UUID]:
    return set(session.scalars(select(table.applicant_id).where(table.organisation_id == organisation_id)))


def _scores(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, float]:
    """By sitting; those of the model on which the vacancy is now."""
    rows = session.execute(
        select(Score.sitting_id, Score.score)
        .join(
            Vacancy,
            (Vacancy.organisation_id == Score.organisation_id)
            & (Vacancy.id == Score.vacancy_id)
            & (Vacancy.model_version_id == Score.model_version_id),
        )
        .where(Score.organisation_id == organisation_id, Score.score.is_not(None))
    )
    return {sitting: score for sitting, score in rows if score is not None and math.isfinite(score)}


def stages_of(people: Iterable[Person]) -> dict[uuid.UUID, set[str]]:
    """By person who is counted: the stages they came through; shares are taken within each vacancy."""
    by_vacancy: dict[uuid.UUID, list[Person]] = defaultdict(list)
    found: dict[uuid.UUID, set[str]] = {}
    for person in people:
        if person.counted:
            found[person.id] = {HIRED} if person.hired else set()
            by_vacancy[person.vacancy_id].append(person)
    for together in by_vacancy.values():
        for stage, share in SHARES.items():
            for person in top(together, share):
                found[person.id].add(stage)
    return found


def top(people: Sequence[Person], share: float) -> list[Person]:
    """The highest scores of a vacancy; people who tie at the cut are all in."""
    scored = sorted((each.score for each in people if each.score is not None), reverse=True)
    if not scored:
        return []
    cut = scored[max(1, round(share * len(scored))) - 1]
    return [each for each in people if each.score is not None and each.score >= cut]
