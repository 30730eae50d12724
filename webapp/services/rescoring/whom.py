"""Whom a model has not scored yet, and what of them the scoring needs to know."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, ResultReuse, Score, Sitting

NOBODY_BEFORE = uuid.UUID(int=0)
NOBODY_AFTER = uuid.UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Target:
    """Which vacancy is scored with which model."""

    organisation_id: uuid.UUID
    vacancy_id: uuid.UUID
    version_id: uuid.UUID


@dataclass(frozen=True)
class Span:
    """Applicants from one id up to another, which is not among them."""

    first: uuid.UUID = NOBODY_BEFORE
    end: uuid.UUID = NOBODY_AFTER


def unscored(target: Target, *columns: Any) -> Select[Any]:
    """Applicants who have sent their answers and whom this model version has not scored."""
    owner = target.organisation_id
    scored = select(Score.id).where(
        Score.organisation_id == owner,
        Score.sitting_id == Sitting.id,
        Score.model_version_id == target.version_id,
    )
    return (
        select(*columns)
        .select_from(Applicant)
        .join(Sitting, (Sitting.organisation_id == Applicant.organisation_id) & (Sitting.applicant_id == Applicant.id))
        .where(
            Applicant.organisation_id == owner,
            Applicant.vacancy_id == target.vacancy_id,
            Sitting.state == "submitted",
            Sitting.purpose == "selection",
            ~scored.exists(),
        )
    )


def within_span(span: Span) -> tuple[ColumnElement[bool], ...]:
    return Applicant.id >= span.first, Applicant.id < span.end


def count_unscored(session: Session, target: Target, at_most: int | None = None) -> int:
    """How many there are; no further than `at_most` is counted."""
    wanted = unscored(target, Sitting.id).limit(at_most).subquery()
    return session.scalar(select(func.count()).select_from(wanted)) or 0


def spans_of(session: Session, target: Target, size: int) -> list[Span]:
    """Part them into spans of so many people; only the borders are read."""
    counted = unscored(
        target, Applicant.id.label("person"), func.row_number().over(order_by=Applicant.id).label("place")
    ).subquery()
    borders = select(counted.c.person).where((counted.c.place - 1) % size == 0).order_by(counted.c.place)
    firsts = [NOBODY_BEFORE, *list(session.scalars(borders))[1:], NOBODY_AFTER]
    if len(firsts) == 2 and not count_unscored(session, target, 1):
        return []
    return [Span(first, end) for first, end in itertools.pairwise(firsts)]


def read_people(session: Session, target: Target, span: Span, limit: int | None = None) -> Sequence[Row[Any]]:
    """What the scoring needs to know of each, but for the answers."""
    reused = select(ResultReuse.id).where(
        ResultReuse.organisation_id == target.organisation_id, ResultReuse.sitting_id == Sitting.id
    )
    paper = (Sitting.organisation_id, Sitting.questionnaire_id, Sitting.form, Sitting.language, Sitting.not_asked)
    query = unscored(target, Sitting.id, *paper, reused.exists().label("reused")).where(*within_span(span))
    return session.execute(query.order_by(Applicant.id).limit(limit)).all()


def read_standing(session: Session, target: Target, span: Span) -> Sequence[Row[Any]]:
    """What decides upon each one's place on the list, as it is at this moment."""
    columns = (Sitting.id, Sitting.applicant_id, Sitting.language, Sitting.submitted_at)
    query = unscored(target, *columns, Applicant.stage, Applicant.state).where(*within_span(span))
    return session.execute(query).all()
