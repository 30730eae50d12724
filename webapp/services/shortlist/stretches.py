"""A list is parted into stretches of scores of about two thousand people each, and people in them are counted.

A place is then the sum of the stretches above and a count inside one of them, at any depth of the list.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from operator import neg
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.records import ListCount, ListState, Score
from webapp.records.base import new_id
from webapp.services.shortlist.numbers import new_mark
from webapp.services.shortlist.on_list import on_list

WIDE = 2_000
"""People on a stretch when it is drawn."""

TOO_WIDE = 4 * WIDE
Change = tuple[int, int]
"""A stretch and a cell."""


def stretch_of(edges: Sequence[float], score: float) -> int:
    """How many of the falling edges lie above this score; a score on an edge belongs to the stretch above it."""
    return bisect_left(edges, -score, key=neg)


def change_counts(session: Session, state: ListState, changes: Counter[Change]) -> None:
    """Add to the counts, or take away; in one fixed order, so that two who do it never wait for each other."""
    rows = [
        {
            "organisation_id": state.organisation_id,
            "id": new_id(),
            "list_id": state.id,
            "stretch": stretch,
            "cell": cell,
            "number": number,
        }
        for (stretch, cell), number in sorted(changes.items())
        if number
    ]
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    add = insert(ListCount)
    add = add.on_conflict_do_update(
        index_elements=["organisation_id", "list_id", "stretch", "cell"],
        set_={"number": ListCount.number + add.excluded.number},
    )
    session.execute(add, rows)
    state.mark = new_mark()


def widest(session: Session, state: ListState) -> int:
    """How many people the fullest stretch holds."""
    sums = (
        select(func.sum(ListCount.number).label("held"))
        .where(ListCount.organisation_id == state.organisation_id, ListCount.list_id == state.id)
        .group_by(ListCount.stretch)
        .subquery()
    )
    return session.scalar(select(func.max(sums.c.held))) or 0


def draw_again(session: Session, state: ListState) -> None:
    """Draw the edges anew and count everybody again; reads the whole list once."""
    scores, cells = _whole_list(session, state)
    state.edges = sorted(set(scores[WIDE - 1 : -1 : WIDE]), reverse=True)
    counted: Counter[Change] = Counter()
    edges = state.edges
    for score, cell in zip(scores, cells, strict=True):
        counted[stretch_of(edges, score), cell] += 1
    session.execute(
        delete(ListCount).where(ListCount.organisation_id == state.organisation_id, ListCount.list_id == state.id)
    )
    change_counts(session, state, counted)
    state.mark = new_mark()


def _whole_list(session: Session, state: ListState) -> tuple[list[float], list[int]]:
    rows: Any = session.execute(
        select(Score.score, Score.cell).where(*on_list(state)).order_by(Score.score.desc())
    ).yield_per(10_000)
    scores, cells = [], []
    for score, cell in rows:
        scores.append(score)
        cells.append(cell)
    return scores, cells
