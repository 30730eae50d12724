"""Scores that are waiting come onto the list, batch by batch.

Each batch has a number and a moment. Whoever reads a list reads it as of a batch, so nobody is skipped or shown
twice while others arrive.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, select, update
from sqlalchemy.orm import Session

from webapp.records import Applicant, ListState, Score, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.shortlist.cells import Cell, asks_for_a_look
from webapp.services.shortlist.on_list import LIST, lock_state, of_list
from webapp.services.shortlist.stretches import TOO_WIDE, Change, change_counts, draw_again, stretch_of, widest
from webapp.services.shortlist.ties import make_room

CHUNK = 2_000
MANY = 20_000
NO_PLACE = 0
SCORE = Score.__table__
PLACE = (
    update(SCORE)  # type: ignore[arg-type]
    .where(SCORE.c.organisation_id == bindparam("owner"), SCORE.c.id == bindparam("row"))
    .values(listed_seq=bindparam("seq"), cell=bindparam("in_cell"), done_at=bindparam("done"))
)


def take_in(
    session: Session, vacancy: Vacancy, *, model_version_id: uuid.UUID | None = None, limit: int = CHUNK
) -> int:
    """Take the next ones in; how many were looked at, 0 when nobody waits."""
    model = model_version_id or vacancy.model_version_id
    state = lock_state(session, vacancy, model)
    rows = session.execute(
        _waiting(
            vacancy,
            model,
            Score.id,
            Score.score,
            Score.flags,
            Sitting.language,
            Sitting.submitted_at,
            Applicant.stage,
            Applicant.state,
        ).limit(limit)
    ).all()
    if rows:
        _place(session, state, rows)
    return len(rows)


def take_everybody_in(session: Session, vacancy: Vacancy, model_version_id: uuid.UUID | None = None) -> None:
    """Nobody waits any more: for a list that changes as a whole, in one transaction."""
    while take_in(session, vacancy, model_version_id=model_version_id, limit=MANY):
        pass


def _waiting(vacancy: Vacancy, model_version_id: uuid.UUID, *columns: Any) -> Any:
    return (
        select(*columns)
        .join(Applicant, (Applicant.organisation_id == Score.organisation_id) & (Applicant.id == Score.applicant_id))
        .join(Sitting, (Sitting.organisation_id == Score.organisation_id) & (Sitting.id == Score.sitting_id))
        .where(*waits(vacancy, model_version_id))
    )


def waits(vacancy: Vacancy, model_version_id: uuid.UUID | None = None) -> list[ColumnElement[bool]]:
    model = model_version_id or vacancy.model_version_id
    return [*of_list(vacancy.organisation_id, vacancy.id, model), Score.listed_seq.is_(None)]


def _place(session: Session, state: ListState, rows: Sequence[Row[Any]]) -> None:
    seq, counted = state.seq + 1, Counter[Change]()
    values = []
    for row in rows:
        has_place = row.score is not None and row.state == "done"
        cell = Cell(row.stage, row.language, asks_for_a_look(row.flags)).number
        values.append(
            {
                "owner": state.organisation_id,
                "row": row.id,
                "seq": seq if has_place else NO_PLACE,
                "in_cell": cell,
                "done": row.submitted_at,
            }
        )
        if has_place:
            counted[stretch_of(state.edges, row.score), cell] += 1
    session.connection().execute(PLACE, values)
    if counted:
        change_counts(session, state, counted)
        make_room(session, state, [row.score for row in rows if row.score is not None and row.state == "done"])
        state.seq, state.as_of = seq, now()
        session.flush()
        if widest(session, state) > TOO_WIDE:
            draw_again(session, state)
    session.flush()
    for each in list(session.identity_map.values()):
        if isinstance(each, Score):
            session.expire(each)


@dataclass(frozen=True)
class Waiting:
    """How many are still to come onto the list, and how many of them have a score."""

    all: int
    scored: int


def number_waiting(session: Session, vacancy: Vacancy) -> int:
    """How many are still to come onto the list."""
    return who_waits(session, vacancy).all


def who_waits(session: Session, vacancy: Vacancy) -> Waiting:
    asked = {name: getattr(vacancy, column) for name, column in OF_VACANCY}
    return Waiting(*session.execute(WAITING, asked).one())


OF_VACANCY = tuple(zip(LIST, ("organisation_id", "id", "model_version_id"), strict=True))
WAITING = (
    select(func.count(), func.count(Score.score))
    .select_from(Score)
    .where(*(getattr(Score, name) == bindparam(name) for name in LIST), Score.listed_seq.is_(None))
)
