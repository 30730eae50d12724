"""People beside the ranked list: who waits, who has no score, who withdrew; by the time at which they came.

Where names are hidden the order of time would tell somebody who was invited when: people come by their codes there.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Score, Vacancy
from webapp.services.blind.face import is_blind, plain_code
from webapp.services.shortlist.on_list import of_list
from webapp.services.shortlist.read_page import FEW, PAGE
from webapp.services.shortlist.search import begins


@dataclass(frozen=True)
class PeoplePage:
    """Some people, and the code after which the next ones come."""

    people: tuple[Applicant, ...]
    after: str | None


def people_page(
    session: Session,
    vacancy: Vacancy,
    states: Sequence[str],
    *,
    unscored: bool = False,
    search: str = "",
    after: str = "",
    size: int = PAGE,
) -> PeoplePage:
    """People in these states; with `unscored`, those of them to whom the list's model gave no score."""
    query = _wanted(vacancy, states, unscored)
    if is_blind(vacancy) and "done" not in states:
        # Whoever is invited alone would be the one new line: hidden people are listed once they have answered.
        query = query.where(Applicant.revealed_at.is_not(None))
    if search:
        query = query.where(begins(session, vacancy, search))
    order = Applicant.code if is_blind(vacancy) else Applicant.id
    found = _next(session, query, order, _border(session, vacancy, order, after), size + 1)
    people = tuple(found[:size])
    return PeoplePage(people, people[-1].code if len(found) > size else None)


def _wanted(vacancy: Vacancy, states: Sequence[str], unscored: bool) -> Select[Any]:
    query = select(Applicant).where(
        Applicant.organisation_id == vacancy.organisation_id,
        Applicant.vacancy_id == vacancy.id,
        Applicant.state.in_(states),
    )
    if not unscored:
        return query
    here = of_list(vacancy.organisation_id, vacancy.id, vacancy.model_version_id)
    return query.join(
        Score, (Score.organisation_id == Applicant.organisation_id) & (Score.applicant_id == Applicant.id)
    ).where(*here, Score.score.is_(None))


def _border(session: Session, vacancy: Vacancy, order: Any, after: str) -> str | uuid.UUID | None:
    """Where to go on: behind this code, or behind the person who has it."""
    code = plain_code(after)
    if not code or order is Applicant.code:
        return code or None
    here = (Applicant.organisation_id == vacancy.organisation_id, Applicant.vacancy_id == vacancy.id)
    return session.scalar(select(Applicant.id).where(*here, Applicant.code == code))


def _next(session: Session, query: Select[Any], order: Any, border: Any, limit: int) -> Sequence[Applicant]:
    """Where few are wanted, all of them are found by the index and put in order; where many, the order is read."""
    few = session.execute(query.with_only_columns(Applicant.id, order.label("place")).limit(FEW + 1)).all()
    if len(few) > FEW:
        beyond: list[ColumnElement[bool]] = [] if border is None else [order > border]
        return session.scalars(query.where(*beyond).order_by(order).limit(limit)).all()
    ordered = sorted((row.place, row.id) for row in few if border is None or row.place > border)
    ids = [each for _place, each in ordered[:limit]]
    people = session.scalars(query.where(Applicant.id.in_(ids))).all()
    return sorted(people, key=lambda person: ids.index(person.id))
