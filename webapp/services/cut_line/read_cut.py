"""Where the line of a list is, by whom it was drawn and when."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.records import CutLine, Vacancy


def cut_of(session: Session, vacancy: Vacancy) -> CutLine | None:
    """The line in the list by the model that the vacancy is on; with another model people stand elsewhere."""
    return session.scalar(
        select(CutLine)
        .where(
            CutLine.organisation_id == vacancy.organisation_id,
            CutLine.vacancy_id == vacancy.id,
            CutLine.model_version_id == vacancy.model_version_id,
        )
        .options(joinedload(CutLine.setter))
    )
