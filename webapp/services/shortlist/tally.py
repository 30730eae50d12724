"""How many of a vacancy's people are in which state. Where these are very many, they are counted now and then.

Whoever opens a page of such a vacancy sees the last count and its moment, and asks the worker for a new one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, ListState, Score, TieCuts, Vacancy, VacancyTally
from webapp.records.base import new_id, now
from webapp.services.shortlist.numbers import numbers_on
from webapp.services.shortlist.on_list import add_if_missing, find_state, remember, remembered

STATES = ("invited", "started", "done", "withdrawn")
MANY = 10_000
"""Vacancies with more people are counted now and then."""

FRESH = dt.timedelta(seconds=60)
"""So long nobody asks for another count."""

Numbers = Mapping[str, int]


def tallies(session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, VacancyTally]:
    """Those of these vacancies that are counted now and then."""
    rows = session.scalars(
        select(VacancyTally).where(
            VacancyTally.organisation_id == organisation_id,
            VacancyTally.vacancy_id.in_(ids),
            VacancyTally.counted_at.is_not(None),
        )
    )
    found = {row.vacancy_id: row for row in rows}
    for vacancy_id, row in found.items():
        remember(session, VacancyTally, (organisation_id, vacancy_id), row)
    return found


def numbers_of(tally: VacancyTally) -> Numbers:
    return {state: getattr(tally, state) for state in STATES}


def counted(session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, int]]:
    """The people of these vacancies by state, counted one by one."""
    found: dict[uuid.UUID, dict[str, int]] = {each: dict.fromkeys(STATES, 0) for each in ids}
    if not ids:
        return found
    rows = session.execute(
        select(Applicant.vacancy_id, Applicant.state, func.count())
        .where(Applicant.organisation_id == organisation_id, Applicant.vacancy_id.in_(ids))
        .group_by(Applicant.vacancy_id, Applicant.state)
    )
    for vacancy_id, state, number in rows:
        found[vacancy_id][state] = number
    return found


def ranked_numbers(session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many people of each vacancy have a score by its model: those with a place, and those who wait for one."""
    found = dict.fromkeys(ids, 0)
    for state in session.scalars(_lists(organisation_id, ids)):
        remember(session, ListState, (organisation_id, state.vacancy_id, state.model_version_id), state)
        found[state.vacancy_id] += numbers_on(session, state).all
    for vacancy_id, number in session.execute(_waiting(organisation_id, ids)):
        found[vacancy_id] += int(number)
    return found


def number_placed(session: Session, vacancy: Vacancy) -> int:
    """How many have a place on the list by the vacancy's model."""
    state = find_state(session, vacancy)
    return numbers_on(session, state).all if state else 0


def _lists(organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> Select[ListState]:
    return (
        select(ListState)
        .join(Vacancy, _by_its_model(ListState))
        .where(ListState.organisation_id == organisation_id, ListState.vacancy_id.in_(ids))
    )


def _waiting(organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> Select[uuid.UUID, int]:
    return (
        select(Score.vacancy_id, func.count())
        .join(Vacancy, _by_its_model(Score))
        .where(
            Score.organisation_id == organisation_id,
            Score.vacancy_id.in_(ids),
            Score.listed_seq.is_(None),
            Score.score.is_not(None),
        )
        .group_by(Score.vacancy_id)
    )


def _by_its_model(table: type[ListState] | type[Score]) -> ColumnElement[bool]:
    return (
        (Vacancy.organisation_id == table.organisation_id)
        & (Vacancy.id == table.vacancy_id)
        & (Vacancy.model_version_id == table.model_version_id)
    )


def remember_rows(session: Session, vacancy: Vacancy) -> None:
    """What a page asks of a vacancy's list row by row, read at once: its state, its borders, its count of people."""
    owner, model = vacancy.organisation_id, vacancy.model_version_id
    rows = session.execute(_rows(), {"owner": owner, "vacancy": vacancy.id, "model": model}).one_or_none()
    keys = {
        ListState: (owner, vacancy.id, model),
        TieCuts: (owner, vacancy.id, model),
        VacancyTally: (owner, vacancy.id),
    }
    for row in rows or ():
        if row is not None:
            remember(session, type(row), keys[type(row)], row)


@cache
def _rows() -> Select[Any]:
    query: Any = select(ListState, TieCuts, VacancyTally).select_from(Vacancy)
    for table in (ListState, TieCuts):
        query = query.outerjoin(table, _of_vacancy(table) & (table.model_version_id == bindparam("model")))
    query = query.outerjoin(VacancyTally, _of_vacancy(VacancyTally))
    return query.where(Vacancy.organisation_id == bindparam("owner"), Vacancy.id == bindparam("vacancy"))


def _of_vacancy(table: type[ListState] | type[TieCuts] | type[VacancyTally]) -> ColumnElement[bool]:
    return (table.organisation_id == Vacancy.organisation_id) & (table.vacancy_id == Vacancy.id)


def find_tally(session: Session, vacancy: Vacancy) -> VacancyTally | None:
    return remembered(session, VacancyTally, (vacancy.organisation_id, vacancy.id))


def is_due(session: Session, vacancy: Vacancy) -> bool:
    """Whether there are very many people, and their count is missing or old, and nobody asked for a new one."""
    tally = find_tally(session, vacancy)
    if tally is None or tally.counted_at is None:
        return _are_many(session, vacancy)
    return is_old(tally.counted_at) and is_old(tally.asked_at)


def is_old(moment: dt.datetime | None) -> bool:
    """Longer ago than a minute, or never."""
    return moment is None or moment < now() - FRESH


def _are_many(session: Session, vacancy: Vacancy) -> bool:
    here = (Applicant.organisation_id == vacancy.organisation_id, Applicant.vacancy_id == vacancy.id)
    some = select(Applicant.state).where(*here).limit(MANY + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > MANY


def count_again(session: Session, vacancy: Vacancy) -> None:
    """Keep the count of now; a vacancy that has few people by now is counted whenever somebody looks."""
    tally = held_tally(session, vacancy)
    moment = now()
    numbers = counted(session, vacancy.organisation_id, [vacancy.id])[vacancy.id]
    for state, number in numbers.items():
        setattr(tally, state, number)
    tally.counted_at = moment if sum(numbers.values()) > MANY else None
    session.flush()


def held_tally(session: Session, vacancy: Vacancy) -> VacancyTally:
    """The row, made where it is missing, and held."""
    row = {"organisation_id": vacancy.organisation_id, "id": new_id(), "vacancy_id": vacancy.id}
    add_if_missing(session, VacancyTally, row | dict.fromkeys(STATES, 0))
    return session.scalars(
        select(VacancyTally)
        .where(VacancyTally.organisation_id == vacancy.organisation_id, VacancyTally.vacancy_id == vacancy.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
