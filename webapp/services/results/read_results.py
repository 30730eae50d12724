"""Read what was released. Nothing here adds, averages or counts anything: each figure is shown as it was stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import RatingRound, ReleasedFigure, StaffMember, Unit
from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.rounds.find_round import asked_competences


@dataclass(frozen=True)
class Shown:
    """One figure, or why there is none."""

    topic: str
    state: str
    value: float | None = None
    reliability: str = ""
    raters: str = ""

    @property
    def released(self) -> bool:
        return self.state == "released"


NOTHING = Shown("", "few")
"""Nobody rated this, so that no figure was ever made."""


@dataclass(frozen=True)
class Table:
    """The figures of one thing in one round: on all competences, and on each."""

    overall: Shown
    topics: dict[str, Shown]

    def topic(self, code: str) -> Shown:
        return self.overall if not code else self.topics.get(code, NOTHING)


@dataclass(frozen=True)
class RoundResults:
    """A round whose figures are out."""

    round: RatingRound
    competences: list[CompetenceText]
    has_figures: bool = True

    @property
    def day(self) -> Any:
        return self.round.closed_at

    @property
    def quarter(self) -> tuple[int, int]:
        """The quarter in which the round began: the last days of one that ends in January belong to the year before."""
        return self.round.opens_at.year, (self.round.opens_at.month + 2) // 3


def released_rounds(session: Session, organisation_id: uuid.UUID) -> list[RoundResults]:
    """All rounds whose figures are out, the newest first."""
    figure = ReleasedFigure
    same = figure.organisation_id == RatingRound.organisation_id, figure.round_id == RatingRound.id
    rows = session.execute(
        select(RatingRound, exists().where(*same, figure.state == "released"))
        .where(RatingRound.organisation_id == organisation_id, RatingRound.state == "released")
        .order_by(RatingRound.closed_at.desc(), RatingRound.id.desc())
    )
    return [RoundResults(row, asked_competences(row), has_figures) for row, has_figures in rows]


def chosen_round(rounds: Sequence[RoundResults], round_id: uuid.UUID | None) -> RoundResults | None:
    """The round that was asked for, else the newest with a figure, else the newest; none where there is none yet."""
    if round_id is None:
        return next((each for each in rounds if each.has_figures), rounds[0] if rounds else None)
    found = next((each for each in rounds if each.round.id == round_id), None)
    if found is None:
        raise NotFound
    return found


def whole(session: Session, row: RatingRound) -> Table:
    return table_of(_figures(session, row.organisation_id, ReleasedFigure.round_id == row.id, _level("whole")))


def units(session: Session, row: RatingRound) -> list[tuple[Unit, Table]]:
    """Every unit that was rated, by name."""
    found = _figures(session, row.organisation_id, ReleasedFigure.round_id == row.id, _level("unit"))
    by_unit: dict[uuid.UUID, list[ReleasedFigure]] = {}
    for each in found:
        if each.unit_id is not None:
            by_unit.setdefault(each.unit_id, []).append(each)
    rows = session.scalars(select(Unit).where(Unit.organisation_id == row.organisation_id).order_by(Unit.name))
    return [(unit, table_of(by_unit[unit.id])) for unit in rows if unit.id in by_unit]


def trend_of_whole(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, Table]:
    return by_round(_figures(session, organisation_id, _level("whole")))


def trend_of_unit(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID) -> dict[uuid.UUID, Table]:
    return by_round(_figures(session, organisation_id, _level("unit"), ReleasedFigure.unit_id == unit_id))


def trend_of_person(session: Session, organisation_id: uuid.UUID, member_id: uuid.UUID) -> dict[uuid.UUID, Table]:
    return by_round(_figures(session, organisation_id, ReleasedFigure.staff_member_id == member_id))


def by_round(rows: Iterable[ReleasedFigure]) -> dict[uuid.UUID, Table]:
    listed: dict[uuid.UUID, list[ReleasedFigure]] = {}
    for each in rows:
        listed.setdefault(each.round_id, []).append(each)
    return {number: table_of(found) for number, found in listed.items()}


def table_of(rows: Iterable[ReleasedFigure]) -> Table:
    shown = {row.topic: Shown(row.topic, row.state, row.value, row.reliability, row.raters) for row in rows}
    return Table(shown.pop("", NOTHING), shown)


def find_person(session: Session, organisation_id: uuid.UUID, member_id: uuid.UUID) -> StaffMember:
    row = session.get(StaffMember, (organisation_id, member_id))
    if row is None:
        raise NotFound
    return row


def find_unit(session: Session, organisation_id: uuid.UUID, unit_id: uuid.UUID) -> Unit:
    row = session.get(Unit, (organisation_id, unit_id))
    if row is None:
        raise NotFound
    return row


def _level(name: str) -> Any:
    return ReleasedFigure.level == name


def _figures(session: Session, organisation_id: uuid.UUID, *conditions: Any) -> Sequence[ReleasedFigure]:
    rows = select(ReleasedFigure).where(ReleasedFigure.organisation_id == organisation_id, *conditions)
    return session.scalars(rows).all()
