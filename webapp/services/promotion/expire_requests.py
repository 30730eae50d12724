"""Requests that nobody answered in time come to an end."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import ApprovalRequest
from webapp.records.base import now
from webapp.services.queue_work import queue_work
from webapp.services.record_event import record_event

AT_ONCE = 200


def end_if_over(session: Session, row: ApprovalRequest) -> bool:
    """End this request if its time is over; whether it has ended. Its row is held."""
    if row.state != "open":
        return True
    if row.expires_at > now():
        return False
    row.state, row.open_about, row.decided_at = "expired", None, now()
    record_event(
        session,
        row.organisation_id,
        "promotion.expired",
        subject="model_version" if row.model_version_id else "organisation",
        subject_id=row.model_version_id or row.organisation_id,
        request=str(row.id),
        kind=row.kind,
    )
    queue_work(session, row.organisation_id, "mail.approval_decided", request_id=row.id)
    session.flush()
    return True


def expire_requests(session: Session) -> int:
    """End the next requests whose time is over; how many."""
    rows = session.scalars(
        select(ApprovalRequest)
        .where(ApprovalRequest.state == "open", ApprovalRequest.expires_at <= now())
        .order_by(ApprovalRequest.expires_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(end_if_over(session, row) for row in rows)
