"""A sign of life from a candidate's browser, and what an outage before it brings."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import Answer, Sitting, SittingClock
from webapp.records.base import now
from webapp.services.read_sitting import lock_sitting
from webapp.services.sitting_time.clocks import add_credit, budget_left, find_clock, set_deadline
from webapp.services.sitting_time.reckoning import GAP_SECONDS, between, credit, is_over, may_come_back, worth_writing


@dataclass(frozen=True)
class Beat:
    """What the browser is told."""

    now: dt.datetime
    state: str
    deadline_at: dt.datetime | None = None
    credited_seconds: int = 0
    budget_left: int = 0
    break_ends_at: dt.datetime | None = None


def needs_writing(session: Session, sitting: Sitting, claimed: int, *, by_script: bool = False) -> bool:
    """Most signs of life change nothing: they are answered without writing. A script's first one is written."""
    moment = now()
    if sitting.state != "started" or is_over(sitting.deadline_at, moment):
        return sitting.state == "started"
    clock = find_clock(session, sitting)
    return clock is not None and (
        (by_script and not clock.by_script)
        or claimed >= GAP_SECONDS
        or worth_writing(sitting.deadline_at, moment, clock.last_beat_at)
    )


def take_beat(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, *, claimed: int = 0, by_script: bool = False
) -> int:
    """Note the sign of life; return the seconds that were credited for the outage that the browser tells of."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    clock = find_clock(session, sitting)
    if clock is None or sitting.state != "started":
        return 0
    moment = now()
    if clock.by_script and not by_script and between(last_sign(clock), moment) >= GAP_SECONDS:
        return 0  # a page opened again after an outage: its script tells next how long that was
    credited = _credit(session, sitting, clock, claimed, moment) if claimed else 0
    if credited or not is_over(sitting.deadline_at, moment):
        clock.last_beat_at = max(clock.last_beat_at, moment)
    clock.by_script = clock.by_script or by_script
    return credited


def _credit(session: Session, sitting: Sitting, clock: SittingClock, claimed: int, at: dt.datetime) -> int:
    """Credit an outage within the budget; a sitting without a limit needs none."""
    silent = between(last_heard(session, clock), at)
    brings = credit(claimed, silent, budget_left(clock)) if sitting.deadline_at else 0
    if min(claimed, silent) >= GAP_SECONDS and sitting.deadline_at:
        clock.credited_seconds += brings
        set_deadline(sitting, clock)
        add_credit(session, clock, "outage", brings, gap=min(claimed, silent))
    return brings


def last_sign(clock: SittingClock) -> dt.datetime:
    """Since when we heard nothing; during a break there was nothing to lose."""
    return max(clock.last_beat_at, clock.break_ends_at or clock.last_beat_at)


def last_heard(session: Session, clock: SittingClock) -> dt.datetime:
    """The last sign or the last save: an answer that came through proves that nobody was cut off until then."""
    saved = session.scalar(
        select(func.max(Answer.saved_at)).where(
            Answer.organisation_id == clock.organisation_id, Answer.sitting_id == clock.sitting_id
        )
    )
    return max(last_sign(clock), saved or clock.started_at)


def cut_off(session: Session, sitting: Sitting, clock: SittingClock, at: dt.datetime) -> bool:
    """Silent when the time ran out, and the budget could still bring this person back."""
    if not clock.by_script or sitting.deadline_at is None:
        return False
    left = budget_left(clock)
    return may_come_back(sitting.deadline_at, at, last_sign(clock), left) and may_come_back(
        sitting.deadline_at, at, last_heard(session, clock), left
    )


def read_beat(session: Session, sitting: Sitting, credited: int = 0) -> Beat:
    """What is to be said of this sitting's time now."""
    clock = find_clock(session, sitting)
    moment = now()
    if clock is None:
        return Beat(moment, sitting.state)
    resting = clock.break_ends_at is not None and moment < clock.break_ends_at
    return Beat(
        moment,
        sitting.state,
        sitting.deadline_at,
        credited,
        budget_left(clock),
        clock.break_ends_at if resting else None,
    )
