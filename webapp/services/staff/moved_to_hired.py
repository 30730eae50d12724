"""Whom recruiters moved to a stage of taking on, and who is not on the staff list yet: HR takes them over, or nobody.

Begun from decisions, of which there are few into such a stage, and not from applicants, who can be a million.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from webapp.records import Applicant, Decision, DecisionBatch, Hire, User, Vacancy
from webapp.services.blind.face import Face, face_for_hr
from webapp.services.decisions.stages import stage_of, stages_of

HIRED = "hired"
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
    made = _decisions(session, organisation_id)
    query = (
        _waiting(organisation_id, made, Applicant, made.c.decided_at, User.name)
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .join(User, (User.organisation_id == organisation_id) & (User.id == made.c.user_id))
        .options(contains_eager(Applicant.vacancy))
        .order_by(made.c.decided_at.desc(), Applicant.code)
    )
    rows = session.execute(query.offset(start).limit(PAGE + 1)).all()
    if start and not rows:
        return moved_page(session, organisation_id, roles)
    whole = not start and len(rows) <= PAGE
    return MovedPage(
        people=tuple(_moved(person, decided_at, who, roles) for person, decided_at, who in rows[:PAGE]),
        all=len(rows) if whole else count_moved(session, organisation_id),
        start=start,
        before=max(0, start - PAGE) if start else None,
        after=start + PAGE if len(rows) > PAGE else None,
    )


def _moved(person: Applicant, decided_at: dt.datetime, who: str, roles: Collection[str]) -> Moved:
    return Moved(person.id, face_for_hr(person, roles), person.vacancy.title, decided_at, who)


def count_moved(session: Session, organisation_id: uuid.UUID) -> int:
    """How many there are, up to one more than `MOST_COUNTED`."""
    made = _decisions(session, organisation_id)
    some = _waiting(organisation_id, made, made.c.id).limit(MOST_COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def is_moved(session: Session, applicant: Applicant) -> bool:
    """Whether a decision that stands took this person on."""
    stage = stage_of(session, applicant.organisation_id, applicant.stage)
    return applicant.state != "withdrawn" and stage.kind == HIRED


def _waiting(organisation_id: uuid.UUID, made: CTE, *columns: Any) -> Select[Any]:
    """Those who still stand where such a decision put them, once each."""
    hired = exists().where(Hire.organisation_id == organisation_id, Hire.applicant_id == made.c.applicant_id)
    return (
        select(*columns)
        .select_from(made)
        .join(Applicant, (Applicant.organisation_id == organisation_id) & (Applicant.id == made.c.applicant_id))
        .where(
            Applicant.stage == made.c.to_stage,
            Applicant.state != "withdrawn",
            ~hired,
            ~_again(organisation_id, made),
        )
    )


def _again(organisation_id: uuid.UUID, made: CTE) -> ColumnElement[bool]:
    """Whether somebody decided about this person later: whoever was moved within such stages is told once."""
    later = aliased(Decision)
    return exists().where(
        later.organisation_id == organisation_id,
        later.applicant_id == made.c.applicant_id,
        later.decided_at >= made.c.decided_at,
        or_(later.decided_at > made.c.decided_at, later.id > made.c.id),
        later.undone_at.is_(None),
    )


def _decisions(session: Session, organisation_id: uuid.UUID) -> CTE:
    """Those that stand and took somebody on, found by their batches.

    Left to itself a database may begin from everybody who was ever declined, so the steps are set.
    """
    batches = (
        select(DecisionBatch.id)
        .where(
            DecisionBatch.organisation_id == organisation_id,
            DecisionBatch.to_stage.in_(_hired_stages(session, organisation_id)),
            DecisionBatch.state != "draft",
        )
        .cte("batches")
        .prefix_with("MATERIALIZED")
    )
    return (
        select(Decision.id, Decision.applicant_id, Decision.user_id, Decision.decided_at, Decision.to_stage)
        .join(batches, Decision.batch_id == batches.c.id)
        .where(Decision.organisation_id == organisation_id, Decision.undone_at.is_(None))
        .cte("made")
        .prefix_with("MATERIALIZED")
    )


def _hired_stages(session: Session, organisation_id: uuid.UUID) -> list[int]:
    return [each.number for each in stages_of(session, organisation_id) if each.kind == HIRED]
