"""Time by hand, each with a reason: minutes more, or a sitting that was sent opened again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, NotFound
from webapp.records import Applicant, Mail, Score, ScoreChange, Sitting, SittingClock, SittingCredit, Vacancy
from webapp.records.base import now
from webapp.services.adjustments.find_person import find_their_sitting
from webapp.services.record_event import record_event
from webapp.services.replaced_receipt import remember_replaced
from webapp.services.shortlist.leave import take_off
from webapp.services.sitting_time.clocks import add_credit, allowance_of, find_clock, own_time, set_deadline
from webapp.services.sitting_time.reckoning import extra_for, is_over, seconds
from webapp.services.sitting_time.start_clock import allowed_seconds, new_clock

MOST_MINUTES = 240


@dataclass(frozen=True)
class Given:
    """Minutes by hand, and why."""

    minutes: int
    reason: str


def extend_sitting(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, given: Given, user_id: uuid.UUID
) -> None:
    """Move the end of a sitting that is under way."""
    sitting, clock = _running(session, organisation_id, sitting_id)
    clock.extra_seconds += 60 * given.minutes
    set_deadline(sitting, clock)
    if is_over(sitting.deadline_at, now()):
        raise Conflict(_("Its time ended longer ago than that. Give more minutes."))
    add_credit(session, clock, "extension", 60 * given.minutes, reason=given.reason, user_id=user_id)


def take_extension_back(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, credit_id: uuid.UUID, user_id: uuid.UUID
) -> None:
    """Undo an extension, once, and not where it would end the sitting at once."""
    sitting, clock = _running(session, organisation_id, sitting_id)
    given = session.get(SittingCredit, (organisation_id, credit_id))
    if given is None or given.sitting_id != sitting_id or given.kind != "extension" or given.seconds <= 0:
        raise NotFound()
    if taken_back(session, given):
        raise Conflict(_("This extension was taken back already."))
    if is_over((sitting.deadline_at or now()) - seconds(given.seconds), now()):
        raise Conflict(_("The applicant is using this time already, so it cannot be taken back."))
    clock.extra_seconds -= given.seconds
    set_deadline(sitting, clock)
    add_credit(session, clock, "extension", -given.seconds, reason=str(given.id), user_id=user_id)


def taken_back(session: Session, given: SittingCredit) -> bool:
    """Whether a row says that this extension was undone: it names it where others have a reason."""
    found = session.scalar(
        select(SittingCredit.id).where(
            SittingCredit.organisation_id == given.organisation_id,
            SittingCredit.sitting_id == given.sitting_id,
            SittingCredit.reason == str(given.id),
        )
    )
    return found is not None


def _running(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> tuple[Sitting, SittingClock]:
    sitting = find_their_sitting(session, organisation_id, sitting_id)
    clock = find_clock(session, sitting)
    if sitting.state != "started" or clock is None or sitting.deadline_at is None:
        raise Conflict(_("Only a sitting whose time is running can be changed. Open it again if it was sent."))
    return sitting, clock


def reopen_sitting(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, given: Given, user_id: uuid.UUID
) -> None:
    """Let somebody go on who has sent already or whose time ran out: their score is withdrawn until they send again."""
    sitting = find_their_sitting(session, organisation_id, sitting_id)
    applicant = session.get_one(Applicant, (organisation_id, sitting.applicant_id))
    _check_reopenable(session, sitting, applicant)
    receipt = sitting.receipt_code
    withdrawn = _take_back(session, sitting, applicant)
    clock = _clock_for(session, sitting)
    if clock is not None:
        _give(sitting, clock, given.minutes)
    row = SittingCredit(
        organisation_id=organisation_id,
        sitting_id=sitting.id,
        kind="reopening",
        seconds=60 * given.minutes if clock else 0,
        reason=given.reason,
        user_id=user_id,
    )
    session.add(row)
    session.flush()
    event = record_event(
        session,
        organisation_id,
        "adjustment.reopened",
        user_id=user_id,
        subject="sitting_credit",
        subject_id=row.id,
        minutes=given.minutes,
        withdrawn=withdrawn,
    )
    remember_replaced(session, event, receipt)


def _check_reopenable(session: Session, sitting: Sitting, applicant: Applicant) -> None:
    if sitting.state != "submitted":
        raise Conflict(_("This sitting is not sent, so there is nothing to open again."))
    vacancy = session.get_one(Vacancy, (sitting.organisation_id, applicant.vacancy_id))
    if vacancy.state != "open" or applicant.state == "withdrawn":
        raise Conflict(_("The vacancy is closed or the invitation withdrawn, so nothing can be opened again."))


def _take_back(session: Session, sitting: Sitting, applicant: Applicant) -> list[str]:
    """Answers and their history stay; the result goes, as it is none of what will be sent. The hashes it was of."""
    sitting.state = "started"
    sitting.submitted_at = sitting.receipt_code = None
    if sitting.purpose == "selection":
        applicant.state = "started"
        take_off(session, sitting.organisation_id, [applicant.id])
    own_id = sitting.organisation_id
    own = {"organisation_id": own_id}
    hashes = set(session.scalars(select(Score.answers_hash).filter_by(**own, sitting_id=sitting.id)))
    scores = select(Score.id).filter_by(**own, sitting_id=sitting.id)
    session.execute(delete(ScoreChange).where(ScoreChange.organisation_id == own_id, ScoreChange.score_id.in_(scores)))
    session.execute(delete(Score).filter_by(**own, sitting_id=sitting.id))
    # The receipt that was sent is none any more; what is sent next gets its own.
    session.execute(delete(Mail).filter_by(**own, kind="receipt", about_id=sitting.id))
    return sorted(hashes)


def _clock_for(session: Session, sitting: Sitting) -> SittingClock | None:
    """The clock of this sitting, made where it was sent without ever being started; none where nothing is timed."""
    clock = find_clock(session, sitting)
    if clock is not None:
        return clock
    allowed = allowed_seconds(session, sitting)
    return new_clock(session, sitting, allowed, own_time(session, sitting)) if allowed else None


def _give(sitting: Sitting, clock: SittingClock, minutes: int) -> None:
    moment = now()
    clock.submitted_by = None
    clock.break_started_at = clock.break_ends_at = None
    clock.last_beat_at, clock.by_script = moment, False
    clock.extra_seconds = extra_for(moment + seconds(60 * minutes), allowance_of(clock), clock.extra_seconds)
    set_deadline(sitting, clock)
