"""Where the line of a list is, by whom it was drawn and when."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from webapp.records import CutLine, Vacancy


def cut_of(session: Session, vacancy: Vacancy) -> CutLine | None:
    """The line in the list by the model that the vacancy is on; with another model people stand elsewhere."""
    return session.scalar(
        _cut(), {"owner": vacancy.organisation_id, "vacancy": vacancy.id, "model": vacancy.model_version_id}
    )


@cache
def _cut() -> Select[CutLine]:
    return (
        select(CutLine)
        .where(
            CutLine.organisation_id == bindparam("owner"),
            CutLine.vacancy_id == bindparam("vacancy"),
            CutLine.model_version_id == bindparam("model"),
        )
        .options(joinedload(CutLine.setter))
    )
