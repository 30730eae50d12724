"""How decisions are made: along the list or not, with the page opened before or not, singly or by the many."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from scoring.rank_following import Following, follow
from webapp.records import Decision, DecisionBatch, LookedAt, User, Vacancy
from webapp.records.base import now
from webapp.services.oversight.decision_rows import MOST, Whose, levels, newest

PERIODS = (30, 90, 365)


@dataclass(frozen=True)
class Habits:
    """Counts of all decisions, those undone among them."""

    decisions: int = 0
    looked: int = 0
    """The decider had opened the person's page before."""
    bulk: int = 0
    """Made together with others, in one press."""
    tie_splits: int = 0
    tie_reasons: int = 0
    """Of people taken out of a group that cannot be told apart: with a reason written."""
    undone: int = 0

    def share(self, number: int) -> float | None:
        return number / self.decisions if self.decisions else None


@dataclass(frozen=True)
class Line:
    """A recruiter or a vacancy. `following` is None where there are too few decisions to say."""

    number: uuid.UUID
    name: str
    habits: Habits
    following: Following | None
    bounded: int = 0
    """There were more decisions than are read: these figures are of so many, the newest. 0: of all."""


def by_recruiter(session: Session, organisation_id: uuid.UUID, days: int = 0) -> list[Line]:
    """Everybody who decided in this time, by name; order says nothing about anybody."""
    names = dict(session.execute(select(User.id, User.name).where(User.organisation_id == organisation_id)).all())
    return _lines(session, Whose(organisation_id, since=_since(days)), Decision.user_id, names)


def by_vacancy(session: Session, organisation_id: uuid.UUID, days: int = 0) -> list[Line]:
    named = select(Vacancy.id, Vacancy.title).where(Vacancy.organisation_id == organisation_id)
    names = dict(session.execute(named).all())
    return _lines(session, Whose(organisation_id, since=_since(days)), Decision.vacancy_id, names)


def of_recruiter(
    session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, vacancy_id: uuid.UUID | None = None
) -> Line | None:
    """What somebody may see of their own decisions."""
    whose = Whose(organisation_id, user_id, vacancy_id)
    return next(iter(_lines(session, whose, Decision.user_id, {user_id: ""})), None)


def _since(days: int) -> dt.datetime | None:
    return now() - dt.timedelta(days=days) if days in PERIODS else None


def _lines(session: Session, whose: Whose, by: Any, names: dict[uuid.UUID, str]) -> list[Line]:
    whose = newest(session, whose)
    habits = _habits(session, whose, by)
    lists = levels(session, whose, by)
    lines = [
        Line(
            number,
            names.get(number, ""),
            counted,
            follow(list(lists.get(number, {}).values())),
            bounded=MOST if whose.after else 0,
        )
        for number, counted in habits.items()
    ]
    return sorted(lines, key=lambda line: (line.name.lower(), str(line.number)))


def _habits(session: Session, whose: Whose, by: Any) -> dict[uuid.UUID, Habits]:
    rows: Sequence[Any] = session.execute(
        select(
            by,
            func.count(),
            _number(_looked()),
            _number(DecisionBatch.people > 1),
            _number(Decision.in_split_tie),
            _number(and_(Decision.in_split_tie, Decision.tie_reason != "")),
            _number(Decision.undone_at.is_not(None)),
        )
        .join(
            DecisionBatch,
            (DecisionBatch.organisation_id == Decision.organisation_id) & (DecisionBatch.id == Decision.batch_id),
        )
        .where(*whose.conditions)
        .group_by(by)
    ).all()
    return {row[0]: Habits(*(int(each or 0) for each in row[1:])) for row in rows}


def _number(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _looked() -> Any:
    return exists().where(
        LookedAt.organisation_id == Decision.organisation_id,
        LookedAt.applicant_id == Decision.applicant_id,
        LookedAt.user_id == Decision.user_id,
        LookedAt.created_at <= Decision.decided_at,
    )
