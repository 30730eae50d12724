"""Count a vacancy's people by stage, and their days between stages, in the database: as whole days, never as times."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, distinct, extract, func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Decision, Sitting, Vacancy

Moment = ColumnElement[dt.datetime]
Figures = dict[str, Any]
"""`here`, `came`: people by stage. `days`: histograms by step. Keys are texts, so that it can be kept as JSON."""


def count_funnel(session: Session, vacancy: Vacancy) -> Figures:
    return {
        "states": _by_state(session, vacancy),
        "here": _here(session, vacancy),
        "came": _came(session, vacancy),
        "days": {"started": _to_start(session, vacancy), "done": _to_end(session, vacancy)}
        | _to_stages(session, vacancy),
    }


def _people(vacancy: Vacancy) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Applicant.organisation_id == vacancy.organisation_id, Applicant.vacancy_id == vacancy.id


def _by_state(session: Session, vacancy: Vacancy) -> dict[str, int]:
    rows = session.execute(select(Applicant.state, func.count()).where(*_people(vacancy)).group_by(Applicant.state))
    return dict(rows.all())


def _here(session: Session, vacancy: Vacancy) -> dict[str, int]:
    query = select(Applicant.stage, func.count()).where(*_people(vacancy), Applicant.state != "withdrawn")
    return {str(stage): number for stage, number in session.execute(query.group_by(Applicant.stage))}


def _decided(vacancy: Vacancy) -> tuple[ColumnElement[bool], ...]:
    return (
        Decision.organisation_id == vacancy.organisation_id,
        Decision.vacancy_id == vacancy.id,
        Decision.undone_at.is_(None),
    )


def _came(session: Session, vacancy: Vacancy) -> dict[str, int]:
    query = select(Decision.to_stage, func.count(distinct(Decision.applicant_id))).where(*_decided(vacancy))
    return {str(stage): number for stage, number in session.execute(query.group_by(Decision.to_stage))}


def _sat(vacancy: Vacancy) -> Select[Any]:
    """Everybody of the vacancy with the sitting that selects, and who has not withdrawn."""
    same = and_(Sitting.organisation_id == Applicant.organisation_id, Sitting.applicant_id == Applicant.id)
    return (
        select(func.count())
        .select_from(Applicant)
        .join(Sitting, same)
        .where(*_people(vacancy), Applicant.state != "withdrawn", Sitting.purpose == "selection")
    )


def _to_start(session: Session, vacancy: Vacancy) -> dict[str, int]:
    return _histogram(session, _sat(vacancy), Applicant.created_at, Sitting.consented_at)


def _to_end(session: Session, vacancy: Vacancy) -> dict[str, int]:
    return _histogram(session, _sat(vacancy), Sitting.consented_at, Sitting.submitted_at)


def _histogram(session: Session, query: Select[Any], begun: Any, ended: Any) -> dict[str, int]:
    """Whole days between two moments. A result that was taken over is older than the invitation, and left out."""
    days = whole_days(session, begun, ended)
    rows = session.execute(query.add_columns(days.label("days")).where(ended >= begun).group_by("days"))
    return {str(each): number for number, each in rows}


def _to_stages(session: Session, vacancy: Vacancy) -> dict[str, dict[str, int]]:
    """From the decision before, or from the end of the questionnaire, to each decision."""
    order = (Decision.decided_at, Decision.id)
    before = func.lag(Decision.decided_at).over(partition_by=Decision.applicant_id, order_by=order)
    steps = select(
        Decision.applicant_id, Decision.to_stage, Decision.decided_at, before.label("before"), Decision.organisation_id
    ).where(*_decided(vacancy))
    step = steps.subquery()
    sat = and_(
        Sitting.organisation_id == step.c.organisation_id,
        Sitting.applicant_id == step.c.applicant_id,
        Sitting.purpose == "selection",
    )
    begun = func.coalesce(step.c.before, Sitting.submitted_at)
    days = whole_days(session, begun, step.c.decided_at)
    query = select(step.c.to_stage, days.label("days"), func.count()).select_from(step).join(Sitting, sat)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for stage, each, number in session.execute(
        query.where(step.c.decided_at >= begun).group_by(step.c.to_stage, "days")
    ):
        found[str(stage)][str(each)] = number
    return dict(found)


def whole_days(session: Session, begun: Any, ended: Any) -> ColumnElement[int]:
    """How many days lie between, without what is over; each database reckons with times in its own way."""
    if session.get_bind().dialect.name == "sqlite":
        # A millionth of a day more, since a whole day may come out as a little less than one.
        return cast(func.julianday(ended) - func.julianday(begun) + 1e-6, Integer)
    return cast(func.floor(extract("epoch", ended - begun) / 86400), Integer)


def number_of_people(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, most: int) -> int:
    """How many there are, counted no further than it matters."""
    some = (
        select(Applicant.id)
        .where(Applicant.organisation_id == organisation_id, Applicant.vacancy_id == vacancy_id)
        .limit(most + 1)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0
