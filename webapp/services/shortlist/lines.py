"""What a list needs of each person, read as plain columns: whole rows of two tables would cost a page three times."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Score

PERSON = (Applicant.code, Applicant.name, Applicant.email, Applicant.revealed_at)
FIGURES = (
    *(Score.id, Score.score, Score.p_top_third, Score.expected_rating, Score.lower_90, Score.upper_90),
    *(Score.flags, Score.cell, Score.done_at, Score.created_at, Score.applicant_id),
)

Line = Row[Any]
"""The columns of `FIGURES` and `PERSON`; `id` is the score's."""


def lines_of(session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> list[Line]:
    """The people of these scores, in the order of the ids; an id that is gone is left out."""
    if not ids:
        return []
    by_id = {row.id: row for row in session.execute(lines(), {"owner": organisation_id, "ids": ids})}
    return [by_id[each] for each in ids if each in by_id]


@cache
def lines() -> Select[Any]:
    """The query for `owner` and `ids`, put together once."""
    query: Any = select(*FIGURES, *PERSON)
    return with_people(query).where(
        Score.organisation_id == bindparam("owner"), Score.id.in_(bindparam("ids", expanding=True))
    )


def with_people(query: Select[Any]) -> Select[Any]:
    return query.join(
        Applicant, (Applicant.organisation_id == Score.organisation_id) & (Applicant.id == Score.applicant_id)
    )
