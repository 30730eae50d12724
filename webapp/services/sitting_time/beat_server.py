"""The site's own sign of life: from its silence we know when we were down, and everybody gets that time back."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.clock import SteadyClock
from webapp.records import Event, ServerBeat, Sitting, SittingClock, SittingCredit, base
from webapp.records.base import new_id, now
from webapp.services.record_event import record_event
from webapp.services.sitting_time.reckoning import OUTAGE_SECONDS, between, seconds

log = logging.getLogger(__name__)
AFTERWARDS_SECONDS = 3600
Open = tuple[SittingClock, dt.datetime]


def beat_server(session: Session) -> int:
    """Say that the site runs; return how many sittings got time back because it did not before."""
    beat = session.scalars(
        select(ServerBeat).where(ServerBeat.id == 1).with_for_update().execution_options(populate_existing=True)
    ).one()
    _agree_on_the_time(session, beat)
    moment, last = now(), beat.at
    beat.at = moment
    if last is None or between(last, moment) < OUTAGE_SECONDS:
        return 0
    return credit_everybody(session, last, moment)


def beat_if_late(session: Session) -> None:
    """After an outage the time is given back before anybody is closed; called before a sitting is locked."""
    if site_is_silent(session):
        beat_server(session)


def site_is_silent(session: Session) -> bool:
    """Whether a site that used to beat does not: nobody can answer now, so nobody's time runs out now."""
    last = session.scalar(select(ServerBeat.at).where(ServerBeat.id == 1))
    return last is not None and between(last, now()) >= OUTAGE_SECONDS


def _agree_on_the_time(session: Session, beat: ServerBeat) -> None:
    """All processes of one machine go by one time, also those that start after somebody moved the clock."""
    clock = base.clock
    if not isinstance(clock, SteadyClock):
        return
    if beat.boot_id == clock.boot:
        clock.keep_to(beat.clock_offset)
    clock.now()
    if abs(clock.jumped - beat.jumped_seconds) >= 1:
        note_jump(session, clock.jumped)
    if clock.jumped and not open_clocks(session, now() - seconds(abs(clock.jumped) + AFTERWARDS_SECONDS)):
        # Nobody's time runs, nor ran out where the new time could give it back; `at` must not look like an outage.
        clock.believe()
        beat.at = now()
    beat.boot_id, beat.clock_offset, beat.jumped_seconds = clock.boot, clock.offset, clock.jumped


def note_jump(session: Session, jumped: float) -> None:
    for owner in {clock.organisation_id for clock, _deadline in open_clocks(session, now())}:
        record_event(session, owner, "clock.jumped", subject="server_beat", seconds=round(jumped))


def open_clocks(session: Session, since: dt.datetime) -> Sequence[Open]:
    """Clocks that were running at that moment."""
    rows = session.execute(
        select(SittingClock, Sitting.deadline_at)
        .join(
            Sitting, (Sitting.organisation_id == SittingClock.organisation_id) & (Sitting.id == SittingClock.sitting_id)
        )
        .where(Sitting.state == "started", Sitting.deadline_at > since)
        .execution_options(populate_existing=True)
    )
    return [(clock, deadline) for clock, deadline in rows if deadline is not None]


def credit_everybody(session: Session, last: dt.datetime, moment: dt.datetime) -> int:
    """Give everybody whose clock ran the time back during which the site was down; it touches no budget."""
    running = open_clocks(session, last)
    if not running:
        return 0
    log.warning("the site was silent for %d s; %d sittings get it back", between(last, moment), len(running))
    rows = [credited(clock, deadline, last, moment) for clock, deadline in running]
    session.execute(update(SittingClock), [row["clock"] for row in rows])
    session.execute(update(Sitting), [row["sitting"] for row in rows])
    session.execute(insert(SittingCredit), [row["credit"] for row in rows])
    session.execute(insert(Event), [row["event"] for row in rows])
    session.expire_all()
    return len(rows)


def credited(clock: SittingClock, deadline: dt.datetime, last: dt.datetime, moment: dt.datetime) -> dict[str, Any]:
    """The rows of one sitting that gets its time back."""
    owner, gap = clock.organisation_id, between(max(last, clock.started_at), moment)
    return {
        "clock": {
            "organisation_id": owner,
            "id": clock.id,
            "server_seconds": clock.server_seconds + gap,
            "last_beat_at": moment,
        },
        "sitting": {"organisation_id": owner, "id": clock.sitting_id, "deadline_at": deadline + seconds(gap)},
        "credit": credit_row(owner, clock.sitting_id, gap, moment),
        "event": event_row(owner, clock.id, gap, moment),
    }


def credit_row(owner: uuid.UUID, sitting_id: uuid.UUID, gap: int, moment: dt.datetime) -> dict[str, Any]:
    return {
        "organisation_id": owner,
        "id": new_id(),
        "sitting_id": sitting_id,
        "kind": "server",
        "seconds": gap,
        "gap_seconds": gap,
        "reason": "",
        "created_at": moment,
    }


def event_row(owner: uuid.UUID, clock_id: uuid.UUID, gap: int, moment: dt.datetime) -> dict[str, Any]:
    return {
        "organisation_id": owner,
        "id": new_id(),
        "at": moment,
        "action": "time.credited",
        "subject": "sitting_clock",
        "subject_id": clock_id,
        "detail": {"kind": "server", "seconds": gap},
    }
