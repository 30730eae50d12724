"""Large vacancies are counted by the worker once an hour; whoever looks is told when that was."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import FunnelKept, Vacancy
from webapp.records.base import now
from webapp.services.funnel.count import Figures, count_funnel, number_of_people

LARGE = 5_000
HOURS = 1


def is_large(session: Session, vacancy: Vacancy) -> bool:
    return number_of_people(session, vacancy.organisation_id, vacancy.id, LARGE) > LARGE


def kept_funnel(session: Session, vacancy: Vacancy) -> FunnelKept | None:
    return session.scalar(
        select(FunnelKept).where(
            FunnelKept.organisation_id == vacancy.organisation_id, FunnelKept.vacancy_id == vacancy.id
        )
    )


def due_funnels(session: Session) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Large vacancies that are not put away and were not counted for an hour."""
    fresh = select(FunnelKept.id).where(
        FunnelKept.organisation_id == Vacancy.organisation_id,
        FunnelKept.vacancy_id == Vacancy.id,
        FunnelKept.as_of > now() - dt.timedelta(hours=HOURS),
    )
    rows = session.scalars(select(Vacancy).where(Vacancy.state != "archived", ~fresh.exists()))
    return [(each.organisation_id, each.id) for each in rows if is_large(session, each)]


def count_due(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> tuple[dt.datetime, Figures]:
    """Read, with no transaction that writes: it may take seconds."""
    vacancy = session.get_one(Vacancy, (organisation_id, vacancy_id))
    at = now()
    return at, count_funnel(session, vacancy)


def keep_funnel(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, as_of: dt.datetime, figures: Figures
) -> None:
    vacancy = session.get_one(Vacancy, (organisation_id, vacancy_id), with_for_update=True)
    row = kept_funnel(session, vacancy)
    if row is None:
        row = FunnelKept(organisation_id=organisation_id, vacancy_id=vacancy_id, as_of=as_of, figures=figures)
        session.add(row)
    elif row.as_of < as_of:
        row.as_of, row.figures = as_of, figures
    session.flush()
