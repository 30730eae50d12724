"""The clock of a sitting: found, read in plain words, and turned into the sitting's deadline."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Adjustment, Organisation, Sitting, SittingClock, SittingCredit
from webapp.services.record_event import record_event
from webapp.services.sitting_time.reckoning import BUDGET_MINUTES, BUDGET_SHARE, Allowance, between, budget

PLAIN = (1.0, 0, 0)


@dataclass(frozen=True)
class Own:
    """What this person has of their own: how much time, how many breaks and of which length."""

    factor: float | None = 1.0
    breaks: int = 0
    break_minutes: int = 0


def find_clock(session: Session, sitting: Sitting) -> SittingClock | None:
    """The clock of this sitting as it is now; none before it is started, and none without a time allowance."""
    return session.scalar(
        select(SittingClock)
        .where(SittingClock.organisation_id == sitting.organisation_id, SittingClock.sitting_id == sitting.id)
        .execution_options(populate_existing=True)
    )


def own_time(session: Session, sitting: Sitting) -> Own:
    """What was granted to whoever sits here, in this and in any other sitting of theirs."""
    granted = granted_to(session, sitting.organisation_id, sitting.applicant_id)
    return Own(granted.factor, granted.breaks, granted.break_minutes) if granted else Own()


def granted_to(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID | None) -> Adjustment | None:
    if applicant_id is None:
        return None
    return session.scalars(
        select(Adjustment)
        .where(
            Adjustment.organisation_id == organisation_id,
            Adjustment.applicant_id == applicant_id,
            Adjustment.revoked_at.is_(None),
        )
        .order_by(Adjustment.created_at.desc(), Adjustment.id.desc())
        .limit(1)
    ).first()


def allowance_of(clock: SittingClock) -> Allowance:
    added = clock.extra_seconds + clock.credited_seconds + clock.server_seconds + clock.rested_seconds
    return Allowance(clock.started_at, clock.allowance_seconds, clock.factor, added)


def set_deadline(sitting: Sitting, clock: SittingClock) -> None:
    """Bring the sitting's deadline up to what its clock comes to."""
    sitting.deadline_at = allowance_of(clock).deadline


def budget_for(organisation: Organisation, allowed: int, factor: float | None) -> int:
    share = float(organisation.settings.get("outage_share", BUDGET_SHARE))
    return budget(allowed, factor, share, float(organisation.settings.get("outage_minutes", BUDGET_MINUTES)))


def budget_left(clock: SittingClock) -> int:
    return max(0, clock.budget_seconds - clock.credited_seconds)


def on_break(clock: SittingClock, at: dt.datetime) -> bool:
    return clock.break_ends_at is not None and at < clock.break_ends_at


def seconds_left(sitting: Sitting, clock: SittingClock, at: dt.datetime) -> int | None:
    """What is left to work with: what is left of a break is none of it."""
    if sitting.deadline_at is None:
        return None
    resting = between(at, clock.break_ends_at) if clock.break_ends_at else 0
    return max(0, between(at, sitting.deadline_at) - resting)


def note_time(
    session: Session, clock: SittingClock, action: str, user_id: uuid.UUID | None = None, **detail: object
) -> None:
    """An event of the clock: about the clock's own row, so that nobody meets it who reads about the sitting."""
    record_event(
        session,
        clock.organisation_id,
        f"time.{action}",
        user_id=user_id,
        subject="sitting_clock",
        subject_id=clock.id,
        **detail,
    )


def add_credit(
    session: Session,
    clock: SittingClock,
    kind: str,
    seconds: int,
    *,
    gap: int = 0,
    reason: str = "",
    user_id: uuid.UUID | None = None,
) -> None:
    """Write down time that was added: a row and an event."""
    session.add(
        SittingCredit(
            organisation_id=clock.organisation_id,
            sitting_id=clock.sitting_id,
            kind=kind,
            seconds=seconds,
            gap_seconds=gap,
            reason=reason,
            user_id=user_id,
        )
    )
    note_time(session, clock, "credited", user_id, kind=kind, seconds=seconds)
