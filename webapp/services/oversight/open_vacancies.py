"""Open vacancies at a glance: were people told, and has anybody looked at the sample."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import ReviewSample, SampledPerson, Vacancy
from webapp.services.oversight.notices import NoticeHead, notice_head

SHOWN = 100


@dataclass(frozen=True)
class OpenVacancy:
    """`drawn` and `looked_at` count the people of all its samples."""

    title: str
    notice: NoticeHead
    drawn: int
    looked_at: int


def open_vacancies(session: Session, organisation_id: uuid.UUID) -> list[OpenVacancy]:
    """The newest first."""
    rows = session.scalars(
        select(Vacancy)
        .where(Vacancy.organisation_id == organisation_id, Vacancy.state == "open")
        .order_by(Vacancy.created_at.desc(), Vacancy.id)
        .limit(SHOWN)
    ).all()
    counted = _counted(session, organisation_id)
    return [OpenVacancy(row.title, notice_head(session, row), *counted.get(row.id, (0, 0))) for row in rows]


def _counted(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, tuple[int, int]]:
    rows = session.execute(
        select(ReviewSample.vacancy_id, func.count(), func.count(SampledPerson.verdict))
        .join(
            SampledPerson,
            (SampledPerson.organisation_id == ReviewSample.organisation_id)
            & (SampledPerson.sample_id == ReviewSample.id),
        )
        .where(ReviewSample.organisation_id == organisation_id)
        .group_by(ReviewSample.vacancy_id)
    )
    return {vacancy: (drawn, looked_at) for vacancy, drawn, looked_at in rows}
