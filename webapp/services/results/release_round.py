"""Compute, once, everything that will ever be shown of a closed round, and store it rounded or withheld."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scoring.release.figures import Outcome, make_figures
from scoring.release.rules import Cell, Contribution, Group, Rules
from webapp.records import RatingRound, ReleasedFigure, StaffMember
from webapp.records.base import new_id, now
from webapp.services.record_event import record_event
from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.rounds.find_round import asked_competences, find_round, lock_round
from webapp.services.rounds.open_round import insert_all
from webapp.services.rounds.read_for_training import Collected, read_for_training

NO_UNIT = ""
OVERDUE = dt.timedelta(minutes=10)
Where = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Material:
    """What the figures of a round are computed from. It is never stored and never shown."""

    contributions: list[Contribution]
    asked: list[CompetenceText]

    def outcomes(self) -> Mapping[Cell, Outcome]:
        """Compute; takes seconds, so it is done outside of a transaction."""
        cells = cells_to_show(self.contributions, self.asked)
        return make_figures(cells, self.contributions, rules_of(self.asked))


def release_round(session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID) -> bool:
    """Release a closed round's figures, all in one; returns whether this call did it."""
    material = read_material(session, organisation_id, round_id)
    return material is not None and store_figures(session, organisation_id, round_id, material.outcomes())


def read_material(session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID) -> Material | None:
    """Read a closed round's ratings, once; nothing of a round that is open, or whose figures are there."""
    row = find_round(session, organisation_id, round_id)
    if row.state != "closed":
        return None
    units = units_of_staff(session, organisation_id)
    ratings = read_for_training(session, organisation_id, "figures", [round_id])
    return Material([contribution(each, units) for each in ratings], asked_competences(row))


def store_figures(
    session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID, outcomes: Mapping[Cell, Outcome]
) -> bool:
    """Store them if nobody has yet: whoever comes second changes nothing."""
    row = lock_round(session, organisation_id, round_id)
    if row.state != "closed":
        return False
    insert_all(session, ReleasedFigure, (figure_row(row, cell, outcome) for cell, outcome in outcomes.items()))
    row.state, row.released_at = "released", now()
    released = sum(outcome.decision.released for outcome in outcomes.values())
    record_event(
        session,
        organisation_id,
        "round.released",
        subject="rating_round",
        subject_id=row.id,
        figures=released,
        withheld=len(outcomes) - released,
    )
    session.flush()
    return True


def units_of_staff(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Where everybody is now, leavers too; an empty text for who is in no unit."""
    rows = session.execute(
        select(StaffMember.id, StaffMember.unit_id).where(StaffMember.organisation_id == organisation_id)
    )
    return {member: str(unit) if unit else NO_UNIT for member, unit in rows}


def contribution(rating: Collected, units: dict[uuid.UUID, str]) -> Contribution:
    group = (units.get(rating.performer_id, NO_UNIT), str(rating.performer_id))
    return Contribution(rating.rater_key, group, rating.competence, float(rating.value))


def rules_of(asked: Sequence[CompetenceText]) -> Rules:
    low, high = asked[0].scale
    return Rules(float(low), float(high))


def cells_to_show(contributions: Sequence[Contribution], asked: Sequence[CompetenceText]) -> list[Cell]:
    """Whole, units, people; first on all competences, then on each. Who has more raters comes first."""
    raters: dict[Group, set[str]] = {}
    for each in contributions:
        for depth in range(3):
            raters.setdefault(each.group[:depth], set()).add(each.rater)
    groups = sorted(raters, key=lambda group: (len(group), -len(raters[group]), group))
    shown = [group for group in groups if group != (NO_UNIT,)]
    topics = [each.code for each in asked]
    whole = [Cell((), topic) for topic in topics] if shown else []
    rest = [Cell(group, topic) for group in shown if group for topic in topics]
    return [Cell(()), *whole, *(Cell(group) for group in shown if group), *rest]


def figure_row(row: RatingRound, cell: Cell, outcome: Outcome) -> dict[str, Any]:
    figure, reason = outcome.figure, outcome.decision.reason
    return {
        "organisation_id": row.organisation_id,
        "id": new_id(),
        "created_at": now(),
        "round_id": row.id,
        "level": ("whole", "unit", "person")[len(cell.group)],
        "unit_id": uuid.UUID(cell.group[0]) if cell.group and cell.group[0] else None,
        "staff_member_id": uuid.UUID(cell.group[1]) if len(cell.group) > 1 else None,
        "topic": cell.topic or "",
        "state": reason.value if reason else "released",
        "value": figure.value if figure else None,
        "reliability": figure.reliability if figure else "",
        "raters": figure.raters if figure else "",
    }


def rounds_to_release(session: Session) -> list[Where]:
    """Rounds that closed some time ago and whose figures nobody has computed: their work was lost, or is older."""
    rows = select(RatingRound.organisation_id, RatingRound.id).where(
        RatingRound.state == "closed", RatingRound.closed_at < now() - OVERDUE
    )
    return [(owner, number) for owner, number in session.execute(rows)]
