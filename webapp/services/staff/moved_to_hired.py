"""Whom recruiters moved to a stage of taking on, and who is not on the staff list yet: HR takes them over, or nobody.

Begun from decisions, of which there are few into such a stage, and not from applicants, who can be a million.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from webapp.records import Applicant, Decision, DecisionBatch, Hire, Stage, User, Vacancy
from webapp.services.blind.face import Face, face_for_hr

PAGE = 20
MOST_COUNTED = 1_000
"""Beyond that the page says "more than"."""
MOST_BACK = 100_000


@dataclass(frozen=True)
class Moved:
    """Somebody whom a decision that stands took on; nothing of the result is read here."""

    applicant_id: uuid.UUID
    face: Face
    vacancy: str
    decided_at: dt.datetime
    who: str


@dataclass(frozen=True)
class MovedPage:
    people: tuple[Moved, ...]
    all: int
    """Counted up to one more than `MOST_COUNTED`."""
    start: int
    before: int | None
    after: int | None


def moved_page(session: Session, organisation_id: uuid.UUID, roles: Collection[str], start: int = 0) -> MovedPage:
    """The newest decision first. Within one the order is drawn by lot, as codes are: it tells no day of invitation."""
    start = max(0, min(start, MOST_BACK))
    query = (
        _waiting(organisation_id, Applicant, Decision.decided_at, User.name)
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .join(User, (User.organisation_id == Decision.organisation_id) & (User.id == Decision.user_id))
        .options(contains_eager(Applicant.vacancy))
        .order_by(Decision.decided_at.desc(), Applicant.code)
    )
    rows = session.execute(query.offset(start).limit(PAGE + 1)).all()
    return MovedPage(
        people=tuple(_moved(person, decided_at, who, roles) for person, decided_at, who in rows[:PAGE]),
        all=count_moved(session, organisation_id),
        start=start,
        before=max(0, start - PAGE) if start else None,
        after=start + PAGE if len(rows) > PAGE else None,
    )


def _moved(person: Applicant, decided_at: dt.datetime, who: str, roles: Collection[str]) -> Moved:
    return Moved(person.id, face_for_hr(person, roles), person.vacancy.title, decided_at, who)


def count_moved(session: Session, organisation_id: uuid.UUID) -> int:
    """How many there are, up to one more than `MOST_COUNTED`."""
    some = _waiting(organisation_id, Decision.id).limit(MOST_COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def is_moved(session: Session, applicant: Applicant) -> bool:
    """Whether a decision that stands took this person on."""
    query = select(Stage.id).where(
        Stage.organisation_id == applicant.organisation_id, Stage.number == applicant.stage, Stage.kind == "hired"
    )
    return applicant.state != "withdrawn" and session.scalar(query) is not None


def _waiting(organisation_id: uuid.UUID, *columns: Any) -> Select[Any]:
    """The decision by which each of them stands where they stand."""
    owned = Decision.organisation_id == DecisionBatch.organisation_id
    person = (Applicant.organisation_id == Decision.organisation_id) & (Applicant.id == Decision.applicant_id)
    hire = (Hire.organisation_id == Decision.organisation_id) & (Hire.applicant_id == Decision.applicant_id)
    return (
        select(*columns)
        .select_from(DecisionBatch)
        .join(Decision, owned & (Decision.batch_id == DecisionBatch.id))
        .join(Applicant, person)
        .outerjoin(Hire, hire)
        .where(
            DecisionBatch.organisation_id == organisation_id,
            DecisionBatch.state != "draft",
            DecisionBatch.to_stage.in_(_hired_stages(organisation_id)),
            Decision.undone_at.is_(None),
            Applicant.stage == Decision.to_stage,
            Applicant.state != "withdrawn",
            Hire.id.is_(None),
            _is_last(),
        )
    )


def _hired_stages(organisation_id: uuid.UUID) -> Select[int]:
    return select(Stage.number).where(Stage.organisation_id == organisation_id, Stage.kind == "hired")


def _is_last() -> ColumnElement[bool]:
    """Nobody decided about this person again: whoever was moved within such stages is told once."""
    later = aliased(Decision)
    same_moment = and_(later.decided_at == Decision.decided_at, later.id > Decision.id)
    return ~exists().where(
        later.organisation_id == Decision.organisation_id,
        later.applicant_id == Decision.applicant_id,
        later.undone_at.is_(None),
        or_(later.decided_at > Decision.decided_at, same_moment),
    )
