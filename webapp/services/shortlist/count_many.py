"""Counts between many pairs of scores in one query, whose text is made once for each size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import inf
from typing import Any

from sqlalchemy import Float, Integer, Select, bindparam, column, func, literal_column, select, values
from sqlalchemy.orm import Session

from webapp.records import ListState, Score

STEP = 10
"""Sizes are rounded up to a multiple of this, so that there are few of them."""

OWN = ("organisation_id", "vacancy_id", "model_version_id")
SCORE = Score.__table__
Pair = tuple[float, float]
"""A score, and the edge of its stretch above it."""

NOBODY = (inf, -inf)
"""Fills a query up to its size: both databases see at once that nobody stands there."""


def counts_between(session: Session, state: ListState, pairs: Sequence[Pair]) -> list[int]:
    """How many people of the list stand above each score and below its edge."""
    if not pairs:
        return []
    size = -(-len(pairs) // STEP) * STEP
    asked = {name: getattr(state, name) for name in OWN}
    for number in range(size):
        asked[f"score_{number}"], asked[f"edge_{number}"] = pairs[number] if number < len(pairs) else NOBODY
    found: dict[int, int] = dict(session.connection().execute(_statement(size), asked).all())
    return [found[number] for number in range(len(pairs))]


@lru_cache
def _statement(size: int) -> Select[Any]:
    """A table of what is asked, and one count for each of its rows: planned once, however many there are."""
    columns = (column("number", Integer), column("score", Float), column("edge", Float))
    rows: list[Any] = [(number, bindparam(f"score_{number}"), bindparam(f"edge_{number}")) for number in range(size)]
    asked = values(*columns, name="asked").data(rows).cte("asked")
    score, listed = SCORE.c.score, func.coalesce(SCORE.c.listed_seq, 0)
    inside = (
        select(func.count())
        .select_from(SCORE)
        .where(
            *(SCORE.c[name] == bindparam(name) for name in OWN),
            listed > literal_column("0"),
            score > asked.c.score,
            score < asked.c.edge,
        )
        .scalar_subquery()
    )
    return select(asked.c.number, inside)
