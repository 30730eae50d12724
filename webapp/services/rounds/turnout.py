"""How many have finished, by unit. Nobody is named, and a unit of fewer than three shows nothing of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from webapp.records import RatingRound, RoundRater

FEWEST = 3


@dataclass(frozen=True)
class UnitTurnout:
    """One unit, or several small ones together (an empty name)."""

    name: str
    raters: int
    finished: int
    together: int = 1


@dataclass(frozen=True)
class Turnout:
    """All of the round, and by unit."""

    raters: int
    finished: int
    sent: int
    units: tuple[UnitTurnout, ...]

    @property
    def shown(self) -> bool:
        """A round of one or two people shows nothing at all."""
        return self.raters >= FEWEST


def read_turnout(session: Session, row: RatingRound) -> Turnout:
    """As it is now, or, of a round that has closed, as it was at closing."""
    if row.turnout:
        units = tuple(UnitTurnout(*each) for each in row.turnout["units"])
        return Turnout(row.turnout["raters"], row.turnout["finished"], row.turnout["sent"], units)
    return count_turnout(session, row)


def count_turnout(session: Session, row: RatingRound) -> Turnout:
    """Count everybody who was asked, in the unit of that day.

    Were those who move or leave counted elsewhere or not at all, then moving one person would tell who has finished.
    """
    rows = session.execute(
        select(
            RoundRater.unit_name,
            func.count(RoundRater.id),
            func.sum(cast(RoundRater.finished, Integer)),
            func.count(RoundRater.sent_at),
        )
        .where(RoundRater.organisation_id == row.organisation_id, RoundRater.round_id == row.id)
        .group_by(RoundRater.unit_name)
        .order_by(RoundRater.unit_name)
    ).all()
    units = [UnitTurnout(name, raters, int(finished or 0)) for name, raters, finished, _sent in rows]
    raters, sent = sum(unit.raters for unit in units), sum(each[3] for each in rows)
    whole = Turnout(raters, sum(unit.finished for unit in units), sent, tuple(pool_small(units)))
    return whole if whole.shown else Turnout(raters, 0, sent, ())


def pool_small(units: Sequence[UnitTurnout]) -> list[UnitTurnout]:
    """Put small units together until they are three people and more; else the total would give them away."""
    rest = sorted((unit for unit in units if unit.name), key=lambda unit: (unit.raters, unit.name))
    pool = [unit for unit in units if not unit.name]
    while rest and rest[0].raters < FEWEST:
        pool.append(rest.pop(0))
    while rest and pool and sum(unit.raters for unit in pool) < FEWEST:
        pool.append(rest.pop(0))
    shown = sorted(rest, key=lambda unit: unit.name)
    if pool:
        raters, finished = sum(unit.raters for unit in pool), sum(unit.finished for unit in pool)
        shown.append(UnitTurnout("", raters, finished, len(pool)))
    return shown


def plain_turnout(turnout: Turnout) -> dict[str, object]:
    units = [[unit.name, unit.raters, unit.finished, unit.together] for unit in turnout.units]
    return {"raters": turnout.raters, "finished": turnout.finished, "sent": turnout.sent, "units": units}
