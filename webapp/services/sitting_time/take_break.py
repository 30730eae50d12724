"""Breaks: the candidate begins one, the clock stands still, and it ends by itself or before."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Sitting, SittingClock
from webapp.records.base import now
from webapp.services.read_sitting import check_changeable, lock_sitting
from webapp.services.sitting_time.clocks import find_clock, note_time, on_break, own_time, set_deadline
from webapp.services.sitting_time.reckoning import is_over, seconds, unused_break


def start_break(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> None:
    """Begin a break of the length that was granted; a second click finds it begun."""
    sitting, clock = _held(session, organisation_id, sitting_id)
    moment = now()
    if on_break(clock, moment):
        return
    own = own_time(session, sitting)
    if clock.breaks_taken >= own.breaks or is_over(sitting.deadline_at, moment):
        raise Conflict(_("There is no break left to take. Your answers are as they were."))
    clock.breaks_taken += 1
    clock.break_started_at, clock.break_ends_at = moment, moment + seconds(60 * own.break_minutes)
    # All of it at once: whoever does not come back has it behind them at its end.
    clock.rested_seconds += 60 * own.break_minutes
    set_deadline(sitting, clock)
    note_time(session, clock, "break_started", seconds=60 * own.break_minutes)


def end_break(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> None:
    """Go on before the break is over; what is left of it is lost, as it is not time to work."""
    sitting, clock = _held(session, organisation_id, sitting_id)
    moment = now()
    if clock.break_ends_at is None or not on_break(clock, moment):
        return
    unused = unused_break(clock.break_ends_at, moment)
    clock.rested_seconds -= unused
    clock.break_ends_at = moment
    clock.last_beat_at = moment
    set_deadline(sitting, clock)
    note_time(session, clock, "break_ended", unused=unused)


def _held(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> tuple[Sitting, SittingClock]:
    sitting = lock_sitting(session, organisation_id, sitting_id)
    check_changeable(session, sitting)
    clock = find_clock(session, sitting)
    if clock is None:
        raise Conflict(_("The time has not begun yet, so there is nothing to pause."))
    return sitting, clock
