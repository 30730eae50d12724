"""People with one figure each, page by page. Sieves choose among released figures and compute none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.records import RatingRound, ReleasedFigure, StaffMember, Unit
from webapp.services.results.feedback_sheet import profile
from webapp.services.results.read_results import RoundResults, Shown, table_of
from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.staff.list_staff import matches

PAGE = 50
ORDERS = ("name", "value")
FAMOUS = 10
SURE = ("fair", "good", "high")


@dataclass(frozen=True)
class PeopleQuery:
    """What HR asked for. The page number is small: nobody reads further than some pages of a sorted list."""

    topic: str = ""
    unit: uuid.UUID | None = None
    search: str = ""
    order: str = "name"
    page: int = 1


@dataclass(frozen=True)
class PersonRow:
    """A person with one figure, and where they were at closing."""

    person: StaffMember
    unit: str
    shown: Shown


@dataclass(frozen=True)
class PeoplePage:
    """Fifty people, and whether there are more."""

    people: list[PersonRow]
    more: bool


def people_page(session: Session, row: RatingRound, query: PeopleQuery) -> PeoplePage:
    found = _people(row, query.topic)
    if query.unit is not None:
        found = found.where(ReleasedFigure.unit_id == query.unit)
    if query.search.strip():
        found = found.where(matches(query.search))
    name = StaffMember.name_folded, StaffMember.id
    order = (ReleasedFigure.value.is_(None), ReleasedFigure.value.desc(), *name) if query.order == "value" else name
    rows = session.execute(found.order_by(*order).offset((query.page - 1) * PAGE).limit(PAGE + 1)).all()
    return PeoplePage(_rows(rows[:PAGE]), len(rows) > PAGE)


def recognised(session: Session, row: RatingRound, topic: str) -> list[tuple[int, PersonRow]]:
    """The best, ties as ties: whoever has the same figure as the tenth is there too. Only figures that tell much."""
    sure = _people(row, topic).where(ReleasedFigure.state == "released", ReleasedFigure.reliability.in_(SURE))
    values = sure.with_only_columns(ReleasedFigure.value).order_by(ReleasedFigure.value.desc())
    last = session.scalars(values.offset(FAMOUS - 1).limit(1)).first()
    if last is not None:
        sure = sure.where(ReleasedFigure.value >= last)
    rows = _rows(session.execute(sure.order_by(ReleasedFigure.value.desc(), StaffMember.name_folded)).all())
    ahead = [sum((other.shown.value or 0) > (each.shown.value or 0) for other in rows) for each in rows]
    return [(number + 1, each) for number, each in zip(ahead, rows, strict=True)]


def thanked_for(
    session: Session, results: RoundResults, named: Sequence[tuple[int, PersonRow]]
) -> dict[uuid.UUID, list[CompetenceText]]:
    """What each of them is thanked for: the strengths of their feedback sheet, which are released figures only."""
    figure, row = ReleasedFigure, results.round
    people = [each.person.id for _place, each in named]
    rows = session.scalars(
        select(figure).where(
            figure.organisation_id == row.organisation_id,
            figure.round_id == row.id,
            figure.staff_member_id.in_(people),
        )
    )
    listed: dict[uuid.UUID, list[ReleasedFigure]] = {person: [] for person in people}
    for each in rows:
        if each.staff_member_id is not None:
            listed[each.staff_member_id].append(each)
    found = {person: profile(results.competences, table_of(figures)) for person, figures in listed.items()}
    return {person: [each for each, _shown in parts.strengths] for person, parts in found.items()}


def _people(row: RatingRound, topic: str) -> Select[StaffMember, str, ReleasedFigure]:
    figure = ReleasedFigure
    return (
        select(StaffMember, func.coalesce(Unit.name, ""), figure)
        .select_from(figure)
        .join(
            StaffMember,
            (StaffMember.organisation_id == figure.organisation_id) & (StaffMember.id == figure.staff_member_id),
        )
        .outerjoin(Unit, (Unit.organisation_id == figure.organisation_id) & (Unit.id == figure.unit_id))
        .where(
            figure.organisation_id == row.organisation_id,
            figure.round_id == row.id,
            figure.level == "person",
            figure.topic == topic,
        )
    )


def _rows(rows: Sequence[Any]) -> list[PersonRow]:
    return [
        PersonRow(person, unit, Shown(each.topic, each.state, each.value, each.reliability, each.raters))
        for person, unit, each in rows
    ]
