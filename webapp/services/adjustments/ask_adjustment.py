"""The applicant says what would help. Kept apart from everything that others read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import Adjustment, AdjustmentRequest, Sitting
from webapp.services.read_sitting import check_changeable, lock_sitting
from webapp.services.record_event import record_event
from webapp.services.sitting_time.clocks import granted_to

WANTED = ("time", "untimed", "breaks", "other")
MOST_REQUESTS = 10


def ask_adjustment(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, wanted: Sequence[str], words: str
) -> AdjustmentRequest:
    """Keep the request; one that is still open is replaced, so that nobody answers an old one."""
    sitting = _of_applicant(lock_sitting(session, organisation_id, sitting_id))
    check_changeable(session, sitting)
    asked = [code for code in WANTED if code in wanted]
    if not asked and not words.strip():
        raise Invalid([_("Tick what would help, or write it in your own words.")])
    earlier = requests_of(session, sitting)
    if len(earlier) >= MOST_REQUESTS:
        raise Conflict(_("You have asked several times already. Please write to the people who invited you."))
    for row in earlier:
        row.state = "withdrawn" if row.state == "open" else row.state
    request = AdjustmentRequest(
        organisation_id=organisation_id, applicant_id=sitting.applicant_id, wanted=asked, words=words.strip()[:500]
    )
    session.add(request)
    session.flush()
    _note(session, request, "requested")
    return request


def withdraw_request(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> None:
    """Take the open request back; the words go with it."""
    sitting = _of_applicant(lock_sitting(session, organisation_id, sitting_id))
    for request in requests_of(session, sitting):
        if request.state == "open":
            request.state, request.words = "withdrawn", ""
            _note(session, request, "request_withdrawn")


def requests_of(session: Session, sitting: Sitting) -> Sequence[AdjustmentRequest]:
    """This person's requests, the newest first."""
    return session.scalars(
        select(AdjustmentRequest)
        .where(
            AdjustmentRequest.organisation_id == sitting.organisation_id,
            AdjustmentRequest.applicant_id == sitting.applicant_id,
        )
        .order_by(AdjustmentRequest.created_at.desc(), AdjustmentRequest.id.desc())
    ).all()


def read_own(session: Session, sitting: Sitting) -> tuple[AdjustmentRequest | None, Adjustment | None]:
    """What the applicant's page shows: the newest request, and what holds for them now."""
    shown = [row for row in requests_of(session, _of_applicant(sitting)) if row.state != "withdrawn"]
    return shown[0] if shown else None, granted_to(session, sitting.organisation_id, sitting.applicant_id)


def _of_applicant(sitting: Sitting) -> Sitting:
    if sitting.applicant_id is None:
        raise NotFound()
    return sitting


def _note(session: Session, request: AdjustmentRequest, action: str) -> None:
    record_event(
        session,
        request.organisation_id,
        f"adjustment.{action}",
        subject="adjustment_request",
        subject_id=request.id,
    )
