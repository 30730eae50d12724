"""The released coefficients that the monitor is held against; the one place that knows where they are kept."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import RatingRound, ReleasedFigure
from webapp.services.rounds.find_round import asked_competences


@dataclass(frozen=True)
class YearCoefficients:
    """Released figures of one year: by unit, and of the whole company. What was withheld is not in it."""

    units: Mapping[uuid.UUID, float] = field(default_factory=dict)
    company: float | None = None


def read_coefficients(session: Session, organisation_id: uuid.UUID, year: int) -> YearCoefficients:
    """The mean of the year's rounds for each unit that has a released figure; nothing where there are none."""
    rounds = _rounds(session, organisation_id, year)
    figures = session.scalars(
        select(ReleasedFigure).where(
            ReleasedFigure.organisation_id == organisation_id,
            ReleasedFigure.round_id.in_([row.id for row in rounds]),
            ReleasedFigure.topic == "",
            ReleasedFigure.level != "person",
            ReleasedFigure.value.is_not(None),
        )
    )
    values: dict[uuid.UUID | None, list[float]] = defaultdict(list)
    for each in figures:
        values[each.unit_id if each.level == "unit" else None].append(each.value or 0.0)
    means = {unit: fmean(found) for unit, found in values.items()}
    return YearCoefficients({unit: mean for unit, mean in means.items() if unit}, means.get(None))


def _rounds(session: Session, organisation_id: uuid.UUID, year: int) -> Sequence[RatingRound]:
    """Those that began in this year, on the scale of the last of them: figures on two scales have no mean."""
    rows = session.scalars(
        select(RatingRound)
        .where(RatingRound.organisation_id == organisation_id, RatingRound.state == "released")
        .order_by(RatingRound.opens_at.desc())
    )
    found = [row for row in rows if row.opens_at.year == year]
    return [row for row in found if _scale(row) == _scale(found[0])]


def _scale(row: RatingRound) -> tuple[int, int]:
    return asked_competences(row)[0].scale
