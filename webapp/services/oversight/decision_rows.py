"""Decisions as the meter reads them: counted by the stretch of places that the decider saw, never person by person."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from scoring.rank_following import Level, level_of
from webapp.records import Decision, Stage

WENT_ON, TURNED_DOWN = ("open", "hired"), ("declined",)
MOST = 20_000
"""So many decisions, the newest, are read for a page."""

ListKey = tuple[uuid.UUID, int]
"""A vacancy, and the number of the model by which people stood there."""


@dataclass(frozen=True)
class Whose:
    """Whose decisions: of a company, or of one user, since when, on one vacancy."""

    organisation_id: uuid.UUID
    user_id: uuid.UUID | None = None
    vacancy_id: uuid.UUID | None = None
    since: dt.datetime | None = None
    after: uuid.UUID | None = None
    """Only decisions that were recorded after this one."""

    @property
    def conditions(self) -> list[Any]:
        wanted = [Decision.organisation_id == self.organisation_id]
        if self.user_id:
            wanted.append(Decision.user_id == self.user_id)
        if self.vacancy_id:
            wanted.append(Decision.vacancy_id == self.vacancy_id)
        if self.since:
            wanted.append(Decision.decided_at >= self.since)
        if self.after:
            wanted.append(Decision.id > self.after)
        return wanted


def newest(session: Session, whose: Whose) -> Whose:
    """The same, bounded to the last `MOST` decisions: a page is not kept waiting by years of them."""
    last_left_out = select(Decision.id).where(*whose.conditions).order_by(Decision.id.desc()).offset(MOST).limit(1)
    return replace(whose, after=session.scalar(last_left_out))


By = Mapping[uuid.UUID, Mapping[ListKey, list[Level]]]


def levels(session: Session, whose: Whose, by: Any) -> By:
    """By `Decision.user_id` or `Decision.vacancy_id`: the standing decision on each person who had a place."""
    last = _last(whose, by)
    rows = session.execute(
        select(
            last.c.who,
            last.c.vacancy_id,
            last.c.model_number,
            last.c.first,
            last.c.last,
            last.c.ranked,
            func.sum(case((Stage.kind.in_(WENT_ON), 1), else_=0)),
            func.sum(case((Stage.kind.in_(TURNED_DOWN), 1), else_=0)),
        )
        .join(Stage, (Stage.organisation_id == whose.organisation_id) & (Stage.number == last.c.to_stage))
        .where(last.c.turn == 1, last.c.first.is_not(None), last.c.ranked > 0)
        .group_by(last.c.who, last.c.vacancy_id, last.c.model_number, last.c.first, last.c.last, last.c.ranked)
    )
    found: dict[uuid.UUID, dict[ListKey, list[Level]]] = defaultdict(lambda: defaultdict(list))
    for who, vacancy, model, first, last_place, ranked, went_on, turned_down in rows:
        if went_on or turned_down:
            found[who][vacancy, model or 0].append(level_of(first, last_place, ranked, went_on, turned_down))
    return found


def _last(whose: Whose, by: Any) -> Any:
    """Each decision that stands, numbered from the newest of the same person (and decider, where it is by decider)."""
    person = (Decision.applicant_id,) if by is Decision.vacancy_id else (Decision.applicant_id, by)
    turn = func.row_number().over(partition_by=person, order_by=(Decision.decided_at.desc(), Decision.id.desc()))
    return (
        select(
            by.label("who"),
            Decision.vacancy_id,
            Decision.model_number,
            func.coalesce(Decision.group_first, Decision.place).label("first"),
            func.coalesce(Decision.group_last, Decision.place).label("last"),
            Decision.ranked,
            Decision.to_stage,
            turn.label("turn"),
        )
        .where(*whose.conditions, Decision.undone_at.is_(None))
        .subquery()
    )
