"""Hold loyalty against the coefficient, by unit and year. Both are released figures, so nothing new is told."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scoring.ballots import EVERYTHING
from scoring.correlation import Correlation, correlate
from webapp.records import Monitor, MonitorFigure
from webapp.services.monitor.unit_coefficients import YearCoefficients, read_coefficients


@dataclass(frozen=True)
class UnitPair:
    """A unit with both figures; None where one is missing or withheld."""

    name: str
    loyalty: float | None
    coefficient: float | None

    @property
    def both(self) -> tuple[float, float] | None:
        return None if self.loyalty is None or self.coefficient is None else (self.loyalty, self.coefficient)


@dataclass(frozen=True)
class YearComparison:
    """A year: the whole company, each unit, and what the units with both figures can say."""

    year: int
    company: UnitPair
    units: Sequence[UnitPair]
    correlation: Correlation


@dataclass(frozen=True)
class ChangeComparison:
    """From one year to the next: did units that grew in one grow in the other?"""

    before: int
    after: int
    units: Sequence[UnitPair]
    correlation: Correlation


@dataclass(frozen=True)
class _Year:
    year: int
    names: Mapping[uuid.UUID, str]
    loyalty: Mapping[uuid.UUID, float | None]
    company: float | None
    coefficients: YearCoefficients

    def pair(self, unit: uuid.UUID) -> UnitPair:
        return UnitPair(self.names[unit], self.loyalty[unit], self.coefficients.units.get(unit))


def compare_years(session: Session, organisation_id: uuid.UUID) -> tuple[list[YearComparison], list[ChangeComparison]]:
    """The newest first: every closed year, and the change from each to the one after it."""
    years = [_read_year(session, row) for row in _closed(session, organisation_id)]
    changes = [_change(before, after) for before, after in itertools.pairwise(years)]
    return [_compare(each) for each in reversed(years)], changes[::-1]


def _closed(session: Session, organisation_id: uuid.UUID) -> Sequence[Monitor]:
    rows = select(Monitor).where(Monitor.organisation_id == organisation_id, Monitor.state == "closed")
    return session.scalars(rows.order_by(Monitor.year)).all()


def _read_year(session: Session, row: Monitor) -> _Year:
    figures = session.scalars(
        select(MonitorFigure)
        .where(
            MonitorFigure.organisation_id == row.organisation_id,
            MonitorFigure.monitor_id == row.id,
            MonitorFigure.measure == EVERYTHING,
        )
        .order_by(MonitorFigure.group_name)
    ).all()
    units = {each.unit_id: each for each in figures if each.unit_id is not None}
    return _Year(
        year=row.year,
        names={unit: each.group_name for unit, each in units.items()},
        loyalty={unit: each.mean for unit, each in units.items()},
        company=next((each.mean for each in figures if each.group_number == 0), None),
        coefficients=read_coefficients(session, row.organisation_id, row.year),
    )


def _compare(year: _Year) -> YearComparison:
    units = [year.pair(unit) for unit in year.names]
    company = UnitPair("", year.company, year.coefficients.company)
    return YearComparison(year.year, company, units, _correlate(units))


def _change(before: _Year, after: _Year) -> ChangeComparison:
    units = []
    for unit in after.names:
        if unit in before.names:
            old, new = before.pair(unit), after.pair(unit)
            units.append(UnitPair(new.name, _less(new.loyalty, old.loyalty), _less(new.coefficient, old.coefficient)))
    return ChangeComparison(before.year, after.year, units, _correlate(units))


def _less(new: float | None, old: float | None) -> float | None:
    return None if new is None or old is None else round(new - old, 6)


def _correlate(units: Sequence[UnitPair]) -> Correlation:
    return correlate([pair for each in units if (pair := each.both) is not None])
