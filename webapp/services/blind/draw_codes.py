"""New codes for everybody who is still undecided: what was known by an old code, or an old address, ends."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from webapp.records import Applicant, Vacancy
from webapp.records.base import now
from webapp.records.names import new_code
from webapp.services.queue_work import queue_work

AT_ONCE = 2_000
CHUNK = 500


def draw_codes(session: Session, vacancy: Vacancy) -> None:
    """At once for few; for many the worker goes through them, and their names are hidden meanwhile."""
    if _number(session, vacancy) > AT_ONCE:
        queue_work(session, vacancy.organisation_id, "blind.codes", vacancy_id=vacancy.id)
        return
    after: uuid.UUID | None = None
    while (after := draw_some(session, vacancy, after)) is not None:
        pass


def draw_some(session: Session, vacancy: Vacancy, after: uuid.UUID | None) -> uuid.UUID | None:
    """New codes for the next few by id; the last of them, or None where nobody is left."""
    ids = session.scalars(_undecided(vacancy, after).order_by(Applicant.id).limit(CHUNK)).all()
    codes = free_codes(session, vacancy, len(ids))
    session.flush()
    if ids:
        owner = vacancy.organisation_id
        rows = [{"organisation_id": owner, "id": each, "code": code} for each, code in zip(ids, codes, strict=True)]
        session.execute(update(Applicant), rows)
        session.expire_all()
    return ids[-1] if len(ids) == CHUNK else None


def free_codes(session: Session, vacancy: Vacancy, number: int) -> list[str]:
    """As many different codes as asked that nobody of this vacancy has; of a million people two would often share one.

    Whoever adds people holds the vacancy, so nobody draws the same code meanwhile.
    """
    free: set[str] = set()
    while len(free) < number:
        drawn = {new_code() for _ in range(number - len(free))}
        free |= drawn - _taken(session, vacancy, drawn)
    return list(free)


def _taken(session: Session, vacancy: Vacancy, codes: set[str]) -> set[str]:
    taken: set[str] = set()
    asked = sorted(codes)
    for start in range(0, len(asked), CHUNK):
        some = (*_of(vacancy), Applicant.code.in_(asked[start : start + CHUNK]))
        taken |= set(session.scalars(select(Applicant.code).where(*some)))
    return taken


def _undecided(vacancy: Vacancy, after: uuid.UUID | None) -> Select[uuid.UUID]:
    query = select(Applicant.id).where(*_of(vacancy), Applicant.revealed_at.is_(None))
    return query.where(Applicant.id > after) if after else query


def _number(session: Session, vacancy: Vacancy) -> int:
    """How many there are, counted no further than it matters."""
    some = _undecided(vacancy, None).limit(AT_ONCE + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _of(vacancy: Vacancy) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Applicant.organisation_id == vacancy.organisation_id, Applicant.vacancy_id == vacancy.id


def show_decided(session: Session, vacancy: Vacancy, stages: set[int]) -> None:
    """Whoever stands in a stage that shows the name keeps it: the decision was recorded before."""
    session.execute(
        update(Applicant)
        .where(*_of(vacancy), Applicant.revealed_at.is_(None), Applicant.stage.in_(stages))
        .values(revealed_at=now())
        .execution_options(synchronize_session=False)
    )
