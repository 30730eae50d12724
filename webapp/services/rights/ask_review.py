"""Ask that a person looks at a result, or tells it; the clock of the answer starts here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, NotFound, Refused
from webapp.records import ReviewRequest
from webapp.records.base import now
from webapp.services.feedback.policy import rights_policy
from webapp.services.read_sitting import lock_sitting, organisation_of
from webapp.services.record_event import record_event

KINDS = ("review", "result")
LONGEST_TEXT = 4000


def ask_review(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, kind: str, text: str
) -> ReviewRequest:
    """Write the request down; one of a kind may be open at a time, and the same one pressed twice is one."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    if sitting.applicant_id is None:
        raise NotFound()
    if sitting.state != "submitted" or kind not in KINDS:
        raise Refused()
    words = text.strip()[:LONGEST_TEXT]
    if (open_one := _open(session, organisation_id, sitting_id, kind)) is not None:
        return _same(open_one, words)
    days = rights_policy(organisation_of(session, sitting)).review_days
    request = ReviewRequest(
        organisation_id=organisation_id,
        sitting_id=sitting_id,
        kind=kind,
        text=words,
        due_at=now() + dt.timedelta(days=days),
    )
    session.add(request)
    session.flush()
    record_event(
        session, organisation_id, "review.asked", subject="sitting", subject_id=sitting_id, kind=kind, days=days
    )
    return request


def _same(request: ReviewRequest, words: str) -> ReviewRequest:
    if request.text != words:
        raise Conflict(_("Your earlier request is still open. You get an answer to it first."))
    return request


def _open(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, kind: str) -> ReviewRequest | None:
    return session.scalar(
        select(ReviewRequest).where(
            ReviewRequest.organisation_id == organisation_id,
            ReviewRequest.sitting_id == sitting_id,
            ReviewRequest.kind == kind,
            ReviewRequest.answered_at.is_(None),
        )
    )


def requests_of(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> Sequence[ReviewRequest]:
    """Everything that was asked about this sitting, the newest first."""
    return session.scalars(
        select(ReviewRequest)
        .where(ReviewRequest.organisation_id == organisation_id, ReviewRequest.sitting_id == sitting_id)
        .order_by(ReviewRequest.created_at.desc(), ReviewRequest.id.desc())
    ).all()
