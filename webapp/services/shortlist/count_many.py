"""Counts between many pairs of scores in one query, whose text is made once for each size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, bindparam, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from webapp.records import ListState, Score

STEP = 10
"""Sizes are rounded up to a multiple of this, so that there are few of them."""

OWN = ("organisation_id", "vacancy_id", "model_version_id")
SCORE = Score.__table__
Pair = tuple[float, float]
"""A score, and the edge of its stretch above it."""


def counts_between(session: Session, state: ListState, pairs: Sequence[Pair]) -> list[int]:
    """How many people of the list stand above each score and below its edge."""
    if not pairs:
        return []
    size = -(-len(pairs) // STEP) * STEP
    asked = {name: getattr(state, name) for name in OWN}
    for number in range(size):
        asked[f"score_{number}"], asked[f"edge_{number}"] = pairs[min(number, len(pairs) - 1)]
    found: dict[int, int] = dict(session.connection().execute(_statement(size), asked).all())
    return [found[number] for number in range(len(pairs))]


@lru_cache
def _statement(size: int) -> CompoundSelect[Any]:
    return union_all(*(_count(number) for number in range(size)))


def _count(number: int) -> Any:
    score, listed = SCORE.c.score, func.coalesce(SCORE.c.listed_seq, 0)
    return select(literal_column(str(number), BigInteger), func.count()).where(
        *(SCORE.c[name] == bindparam(name) for name in OWN),
        listed > literal_column("0"),
        score > bindparam(f"score_{number}"),
        score < bindparam(f"edge_{number}"),
    )
