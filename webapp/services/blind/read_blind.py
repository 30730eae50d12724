"""Which vacancies hide names, and who changed that, when and why."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import BlindChange, User, Vacancy

SHOWN = 200


@dataclass(frozen=True)
class Change:
    """One change, with the names of who made it and of the vacancy."""

    row: BlindChange
    who: str
    title: str


def open_vacancies(session: Session, organisation_id: uuid.UUID) -> Sequence[Vacancy]:
    """The newest first; archived ones are at rest."""
    return session.scalars(
        select(Vacancy)
        .where(Vacancy.organisation_id == organisation_id, Vacancy.state != "archived")
        .order_by(Vacancy.created_at.desc(), Vacancy.id)
        .limit(SHOWN)
    ).all()


def changes(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID | None = None) -> list[Change]:
    """What was changed, of one vacancy or of all, the newest first."""
    query = (
        select(BlindChange, User.name, Vacancy.title)
        .join(User, (User.organisation_id == BlindChange.organisation_id) & (User.id == BlindChange.user_id))
        .join(
            Vacancy, (Vacancy.organisation_id == BlindChange.organisation_id) & (Vacancy.id == BlindChange.vacancy_id)
        )
        .where(BlindChange.organisation_id == organisation_id)
        .order_by(BlindChange.created_at.desc(), BlindChange.id.desc())
        .limit(SHOWN)
    )
    if vacancy_id:
        query = query.where(BlindChange.vacancy_id == vacancy_id)
    return [Change(row, who, title) for row, who, title in session.execute(query)]
