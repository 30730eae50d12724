"""The end of the time: what was answered is sent and scored, whether or not the person comes back."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.read_sitting import lock_sitting
from webapp.services.sitting_time.beat_server import beat_if_late
from webapp.services.sitting_time.clocks import find_clock, note_time
from webapp.services.sitting_time.reckoning import is_over
from webapp.services.sitting_time.take_beat import cut_off
from webapp.services.submit_sitting import submit_sitting

log = logging.getLogger(__name__)
Key = tuple[uuid.UUID, uuid.UUID]
CHUNK = 10
LOOKED_AT = 500


def close_if_over(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, secret_key: str, *, patient: bool = True
) -> bool:
    """Send what is there if the time is over; whether this call did it.

    `patient`: somebody who was cut off before the end may still come back and be credited for it.
    """
    sitting = lock_sitting(session, organisation_id, sitting_id)
    if sitting.state != "started" or not is_over(sitting.deadline_at, now()):
        return False
    clock = find_clock(session, sitting)
    if clock is not None and patient and cut_off(session, sitting, clock, now()):
        return False
    submit_sitting(session, organisation_id, sitting_id, secret_key)
    if clock is not None:
        clock.submitted_by = "time"
        note_time(session, clock, "ran_out")
    return True


def due_sittings(session: Session, besides: Collection[Key] = (), limit: int = LOOKED_AT) -> Sequence[Key]:
    """Sittings whose time is over and that can be sent: not those of vacancies that were closed meanwhile."""
    rows = session.execute(
        select(Sitting.organisation_id, Sitting.id)
        .outerjoin(
            Applicant,
            (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id),
        )
        .outerjoin(
            Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id)
        )
        .where(
            Sitting.state == "started",
            Sitting.deadline_at <= now(),
            Sitting.applicant_id.is_(None) | ((Applicant.state != "withdrawn") & (Vacancy.state == "open")),
        )
        .order_by(Sitting.deadline_at, Sitting.id)
        .limit(limit + len(besides))
    )
    return [key for row in rows if (key := (row[0], row[1])) not in besides][:limit]


def close_chunk(session: Session, keys: Sequence[Key], secret_key: str) -> int:
    """Close these in the present transaction; how many it were. Done twice, the second time finds nothing to do."""
    beat_if_late(session)
    return sum(close_if_over(session, owner, sitting, secret_key) for owner, sitting in keys)
