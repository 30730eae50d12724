"""The applicant and the sittings that an adjustment is about."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Applicant, Sitting, SittingClock
from webapp.services.read_sitting import lock_sitting
from webapp.services.sitting_time.clocks import find_clock


def find_applicant(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Applicant:
    applicant = session.get(Applicant, (organisation_id, applicant_id))
    if applicant is None:
        raise NotFound()
    return applicant


def find_their_sitting(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> Sitting:
    """An applicant's sitting, held until the end of the transaction; those of the staff are nobody's business here."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    if sitting.applicant_id is None:
        raise NotFound()
    return sitting


def open_clocks(session: Session, applicant: Applicant) -> Sequence[tuple[Sitting, SittingClock]]:
    """The sittings of this person whose clock was started and that are not sent yet."""
    ids = session.scalars(
        select(Sitting.id).where(
            Sitting.organisation_id == applicant.organisation_id,
            Sitting.applicant_id == applicant.id,
            Sitting.state == "started",
        )
    ).all()
    held = [lock_sitting(session, applicant.organisation_id, each) for each in ids]
    return [(sitting, clock) for sitting in held if (clock := find_clock(session, sitting))]
