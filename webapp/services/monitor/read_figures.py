"""The released figures of one year, as a table: a row for each group, a column for each level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scoring.ballots import EVERYTHING, levels_of
from webapp.records import Monitor, MonitorFigure
from webapp.services.monitor.find_monitor import asked_by


@dataclass(frozen=True)
class FigureRow:
    """A group: 0 is everybody; an empty name above 0 is small units together."""

    number: int
    name: str
    figures: Mapping[str, MonitorFigure]


@dataclass(frozen=True)
class FigureTable:
    """All that was released of a year."""

    measures: Sequence[str]
    names: Mapping[str, Mapping[str, str]]
    rows: Sequence[FigureRow]

    @property
    def withheld(self) -> int:
        return sum(figure.mean is None for row in self.rows for figure in row.figures.values())


def read_figures(session: Session, row: Monitor) -> FigureTable:
    found = session.scalars(
        select(MonitorFigure)
        .where(MonitorFigure.organisation_id == row.organisation_id, MonitorFigure.monitor_id == row.id)
        .order_by(MonitorFigure.group_number)
    )
    rows: dict[int, dict[str, MonitorFigure]] = {}
    for each in found:
        rows.setdefault(each.group_number, {})[each.measure] = each
    asked = asked_by(row)
    table = [FigureRow(number, figures[EVERYTHING].group_name, figures) for number, figures in rows.items()]
    return FigureTable([EVERYTHING, *levels_of(asked)], asked.facet_names, table)
