"""Grant an adjustment to a person, answer what was asked, or take it back: it holds at once, mid-test too."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Adjustment, AdjustmentRequest, Applicant, Organisation, Sitting, SittingClock
from webapp.records.base import now
from webapp.services.adjustments.find_person import find_applicant, open_clocks
from webapp.services.lock_row import lock_row
from webapp.services.queue_work import queue_work
from webapp.services.record_event import record_event
from webapp.services.sitting_time.clocks import allowance_of, budget_for, granted_to, note_time, own_time, set_deadline
from webapp.services.sitting_time.reckoning import extra_for, seconds

LEAST_LEFT_SECONDS = 300


@dataclass(frozen=True)
class Grant:
    """How much time (None: no limit), how many breaks of which length, and why."""

    factor: float | None
    breaks: int
    break_minutes: int
    reason: str


def grant_adjustment(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, grant: Grant, user_id: uuid.UUID
) -> Adjustment:
    """Let this hold for the person from now on, in place of what held before."""
    applicant = find_applicant(session, organisation_id, applicant_id)
    if applicant.state == "withdrawn":
        raise Conflict(_("This invitation was withdrawn, so there is nothing to adjust."))
    adjustment = Adjustment(
        organisation_id=organisation_id,
        applicant_id=applicant_id,
        factor=grant.factor,
        breaks=grant.breaks,
        break_minutes=grant.break_minutes if grant.breaks else 0,
        reason=grant.reason,
        granted_by=user_id,
    )
    session.add(adjustment)
    session.flush()
    _note(session, adjustment, "granted", user_id, factor=grant.factor, breaks=grant.breaks)
    _apply(session, applicant, user_id)
    return adjustment


def revoke_adjustment(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, user_id: uuid.UUID
) -> None:
    """Take back what holds now; what held before it holds again. Nobody is left with less than some minutes by that."""
    applicant = find_applicant(session, organisation_id, applicant_id)
    adjustment = granted_to(session, organisation_id, applicant_id)
    if adjustment is None:
        raise Conflict(_("There is nothing to take back any more."))
    adjustment.revoked_at, adjustment.revoked_by = now(), user_id
    session.flush()
    _note(session, adjustment, "revoked", user_id)
    _apply(session, applicant, user_id)


def _apply(session: Session, applicant: Applicant, user_id: uuid.UUID) -> None:
    organisation = session.get_one(Organisation, applicant.organisation_id)
    for sitting, clock in open_clocks(session, applicant):
        _apply_to(session, organisation, sitting, clock)
        note_time(session, clock, "adjusted", user_id)


def _apply_to(session: Session, organisation: Organisation, sitting: Sitting, clock: SittingClock) -> None:
    clock.factor = own_time(session, sitting).factor
    clock.budget_seconds = max(clock.credited_seconds, budget_for(organisation, clock.allowance_seconds, clock.factor))
    set_deadline(sitting, clock)
    least = now() + seconds(LEAST_LEFT_SECONDS)
    if sitting.deadline_at is not None and sitting.deadline_at < least:
        clock.extra_seconds = extra_for(least, allowance_of(clock), clock.extra_seconds)
        set_deadline(sitting, clock)


def answer_request(
    session: Session,
    organisation_id: uuid.UUID,
    request_id: uuid.UUID,
    user_id: uuid.UUID,
    *,
    granted: bool,
    note: str,
) -> AdjustmentRequest:
    """Answer an open request; the applicant gets a mail. The second answer to one request is refused."""
    request = lock_row(session, AdjustmentRequest, organisation_id, request_id)
    if request.state != "open":
        raise Conflict(_("This request was answered or withdrawn already. Look at what is there now."))
    request.state = "granted" if granted else "declined"
    request.answered_at, request.answered_by, request.note = now(), user_id, note.strip()[:1000]
    record_event(
        session,
        organisation_id,
        f"adjustment.request_{request.state}",
        user_id=user_id,
        subject="adjustment_request",
        subject_id=request.id,
    )
    queue_work(session, organisation_id, "mail.adjustment", request_id=request.id)
    return request


def _note(session: Session, adjustment: Adjustment, action: str, user_id: uuid.UUID, **detail: object) -> None:
    record_event(
        session,
        adjustment.organisation_id,
        f"adjustment.{action}",
        user_id=user_id,
        subject="adjustment",
        subject_id=adjustment.id,
        **detail,
    )
