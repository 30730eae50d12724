"""The time of a sitting as its pages show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.records import SittingClock
from webapp.records.base import now
from webapp.services.read_sitting import SittingView
from webapp.services.sitting_time.clocks import budget_left, find_clock, on_break, own_time, seconds_left


@dataclass(frozen=True)
class Time:
    """What one page of a timed sitting says about time."""

    now: dt.datetime
    allowed_minutes: int | None
    """What this person has in all, rounded up; none for somebody without a limit."""
    started: bool = False
    deadline_at: dt.datetime | None = None
    seconds_left: int | None = None
    break_ends_at: dt.datetime | None = None
    """The break that is on now."""
    breaks_left: int = 0
    break_minutes: int = 0
    budget_left: int = 0
    ran_out: bool = False

    @property
    def minutes_left(self) -> int:
        return -(-(self.seconds_left or 0) // 60)

    @property
    def running(self) -> bool:
        return self.started and self.deadline_at is not None

    @property
    def resting(self) -> bool:
        return self.break_ends_at is not None


def read_time(session: Session, view: SittingView) -> Time | None:
    """None where the questionnaire has no time allowance."""
    minutes = view.questionnaire.time_allowance_minutes
    if not minutes:
        return None
    own = own_time(session, view.sitting)
    clock = find_clock(session, view.sitting)
    allowed = None if own.factor is None else -(-round(minutes * 60 * own.factor) // 60)
    if clock is None:
        return Time(now(), allowed, breaks_left=own.breaks, break_minutes=own.break_minutes)
    return _running(view, clock, allowed, own.breaks - clock.breaks_taken, own.break_minutes)


def _running(view: SittingView, clock: SittingClock, allowed: int | None, breaks: int, minutes: int) -> Time:
    moment = now()
    return Time(
        now=moment,
        allowed_minutes=allowed,
        started=True,
        deadline_at=view.sitting.deadline_at,
        seconds_left=seconds_left(view.sitting, clock, moment),
        break_ends_at=clock.break_ends_at if on_break(clock, moment) else None,
        breaks_left=max(0, breaks),
        break_minutes=minutes,
        budget_left=budget_left(clock),
        ran_out=clock.submitted_by == "time",
    )
