"""Start the clock of a timed sitting: once, when the person says so."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from webapp.errors import Refused
from webapp.records import Organisation, Sitting, SittingClock
from webapp.records.base import now
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.read_sitting import check_changeable, lock_sitting
from webapp.services.sitting_time.clocks import Own, budget_for, find_clock, note_time, own_time, set_deadline


def allowed_seconds(session: Session, sitting: Sitting) -> int:
    """What the questionnaire allows; 0: untimed."""
    questionnaire = read_questionnaire(session, sitting.organisation_id, sitting.questionnaire_id)
    return 60 * (questionnaire.time_allowance_minutes or 0)


def start_clock(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> None:
    """Let the time run from now on. A second click changes nothing, and neither does one where there is no limit."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    check_changeable(session, sitting)
    if sitting.consented_at is None:
        raise Refused()
    allowed = allowed_seconds(session, sitting)
    if not allowed or find_clock(session, sitting):
        return
    clock = new_clock(session, sitting, allowed, own_time(session, sitting))
    set_deadline(sitting, clock)
    note_time(session, clock, "started", allowance=allowed)


def new_clock(session: Session, sitting: Sitting, allowed: int, own: Own) -> SittingClock:
    moment = now()
    organisation = session.get_one(Organisation, sitting.organisation_id)
    clock = SittingClock(
        organisation_id=sitting.organisation_id,
        sitting_id=sitting.id,
        started_at=moment,
        allowance_seconds=allowed,
        factor=own.factor,
        budget_seconds=budget_for(organisation, allowed, own.factor),
        last_beat_at=moment,
        extra_seconds=0,
        credited_seconds=0,
        server_seconds=0,
        rested_seconds=0,
        breaks_taken=0,
    )
    session.add(clock)
    session.flush()
    return clock
