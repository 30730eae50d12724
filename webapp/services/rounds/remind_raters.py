"""Remind everybody who has not finished. HR presses a button or sets days; neither tells HR who it was."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import RatingRound, RoundRater, StaffMember
from webapp.records.base import now
from webapp.services.once_a_day import check_once_a_day
from webapp.services.record_event import record_event
from webapp.services.rounds.find_round import lock_round, takes_ratings
from webapp.services.rounds.open_round import queue_mails
from webapp.services.rounds.rater_links import link_hash
from webapp.services.staff.presence import is_present

REMINDER = "mail.rating_reminder"


def remind_raters(
    session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID, settings: Settings, *, user_id: uuid.UUID
) -> int:
    """Remind by hand, at most once a day; returns how many."""
    row = lock_round(session, organisation_id, round_id)
    if not takes_ratings(row):
        raise Conflict(_("This round is not open, so there is nobody to remind."))
    check_once_a_day(row.reminded_at)
    return queue_reminders(session, row, settings, user_id=user_id)


def queue_reminders(session: Session, row: RatingRound, settings: Settings, *, user_id: uuid.UUID | None = None) -> int:
    waiting = session.execute(
        select(RoundRater, StaffMember.email)
        .join(
            StaffMember,
            (StaffMember.organisation_id == RoundRater.organisation_id)
            & (StaffMember.id == RoundRater.staff_member_id),
        )
        .where(
            RoundRater.organisation_id == row.organisation_id,
            RoundRater.round_id == row.id,
            RoundRater.finished.is_(False),
            is_present(),
        )
        .order_by(RoundRater.id)
    ).all()
    for rater, email in waiting:
        mend_address(rater, email, settings)
    row.reminded_at = now()
    queue_mails(session, row, REMINDER, [rater.id for rater, _email in waiting])
    record_event(
        session, row.organisation_id, "round.reminded", user_id=user_id, subject="rating_round", subject_id=row.id
    )
    session.flush()
    return len(waiting)


def mend_address(rater: RoundRater, email: str, settings: Settings) -> None:
    """Where no mail went out at all, a mended address gets a new link, and the old one ends.

    A link that was sent stays where it went, begun or not: whoever can edit addresses could rate with it, and would
    learn from a mail that follows, or does not, who has begun.
    """
    if email and email != rater.email and rater.sent_at is None and not rater.entered:
        rater.email = email
        rater.link_id = uuid.uuid4()
        rater.token_hash = link_hash(settings.secret_key, rater.link_id)
