"""Close a round for good: count, then forget what connects ratings with raters."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import RatingRound, RoundPair, RoundRater
from webapp.records.base import now
from webapp.services.outbox import forget_work
from webapp.services.queue_work import queue_work
from webapp.services.record_event import record_event
from webapp.services.rounds.draft_round import LONGEST_DAYS, midnight, overlap_words, overlapping
from webapp.services.rounds.find_round import lock_round
from webapp.services.rounds.notify_hr import notify_hr
from webapp.services.rounds.rated_people import enough_raters
from webapp.services.rounds.turnout import count_turnout, plain_turnout

MAILS = ("mail.rating_invitation", "mail.rating_reminder")


def close_round(
    session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID, *, user_id: uuid.UUID | None = None
) -> bool:
    """Close it; whoever comes second finds it closed and changes nothing. Returns whether this call closed it.

    The salt goes, and with it every way from a rating to its rater's key; so do the pairs, and who has finished.
    """
    row = lock_round(session, organisation_id, round_id)
    if row.state != "open":
        return False
    turnout = count_turnout(session, row)
    row.turnout = plain_turnout(turnout)
    row.key_salt = None
    row.state = "closed"
    row.closed_at = now()
    _forget_ways(session, row)
    session.flush()
    row.turnout = row.turnout | {"rated": [str(each) for each in enough_raters(session, row)]}
    record_event(
        session,
        organisation_id,
        "round.closed",
        user_id=user_id,
        subject="rating_round",
        subject_id=row.id,
        raters=turnout.raters,
    )
    notify_hr(session, row, "closed")
    queue_work(session, organisation_id, "round.release", round_id=row.id)
    session.flush()
    return True


def _forget_ways(session: Session, row: RatingRound) -> None:
    of_round = (RoundPair.organisation_id == row.organisation_id, RoundPair.round_id == row.id)
    session.execute(delete(RoundPair).where(*of_round).execution_options(synchronize_session=False))
    session.execute(
        update(RoundRater)
        .where(RoundRater.organisation_id == row.organisation_id, RoundRater.round_id == row.id)
        .values(entered=False, finished=False)
        .execution_options(synchronize_session=False)
    )
    raters = select(RoundRater.id).where(
        RoundRater.organisation_id == row.organisation_id, RoundRater.round_id == row.id
    )
    forget_work(session, row.organisation_id, MAILS, {str(each) for each in session.scalars(raters)})


def move_closing(
    session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID, closes_on: dt.date, *, user_id: uuid.UUID
) -> RatingRound:
    """Give people more days, or fewer; a round that has closed stays closed."""
    row = lock_round(session, organisation_id, round_id)
    closes_at = midnight(closes_on + dt.timedelta(days=1))
    if row.state != "open" or row.closes_at <= now():
        raise Conflict(_("This round is not open, so its last day can no longer be moved."))
    if closes_at <= now():
        raise Invalid([_("The last day is over already. Choose one that is still to come.")])
    if closes_at - row.opens_at > dt.timedelta(days=LONGEST_DAYS):
        raise Invalid([_("A round lasts at most %(days)s days. Choose an earlier last day.", days=LONGEST_DAYS)])
    if other := overlapping(session, organisation_id, row.kind, (row.opens_at, closes_at), row.id):
        raise Invalid([overlap_words(other)])
    row.closes_at = closes_at
    record_event(session, organisation_id, "round.moved", user_id=user_id, subject="rating_round", subject_id=row.id)
    return row
