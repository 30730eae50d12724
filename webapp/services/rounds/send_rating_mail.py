"""Send one mail of a round. Called by background jobs; the transaction ends before the mail server is spoken to."""

from __future__ import annotations

import uuid

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import NotFound
from webapp.records import Organisation, RatingRound, RoundRater, User
from webapp.records.base import now
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.record_event import record_event
from webapp.services.rounds.compose_rating_mail import compose_notice, compose_rating_mail
from webapp.services.rounds.find_round import find_round, takes_ratings
from webapp.services.rounds.open_rating_link import read_rater_link
from webapp.services.rounds.read_colleagues import colleagues_of
from webapp.services.staff.presence import works_here


def send_rating_mail(
    session: Session, organisation_id: uuid.UUID, rater_id: uuid.UUID, settings: Settings, *, reminder: bool
) -> bool:
    """Send the link, or remind of it; returns whether it was still wanted.

    No event names who was reminded: the log would tell who had not finished.
    """
    link = read_rater_link(session, organisation_id, rater_id)
    wanted = takes_ratings(link.round) and works_here(link.person) and not (reminder and link.rater.finished)
    colleagues = len(colleagues_of(session, link.rater)) if wanted else 0
    if not colleagues:
        return False
    message = compose_rating_mail(settings, link, colleagues, reminder=reminder)
    session.commit()
    try:
        deliver_mail(settings, organisation_id, message)
    except MailRefused as refusal:
        return _refused(session, link.round, link.person.id, refusal.code, tell=not reminder)
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    session.execute(
        update(RoundRater)
        .where(RoundRater.organisation_id == organisation_id, RoundRater.id == rater_id, RoundRater.sent_at.is_(None))
        .values(sent_at=now())
    )
    session.commit()
    return True


def _refused(session: Session, row: RatingRound, member_id: uuid.UUID, code: int, *, tell: bool) -> bool:
    """No further try helps. Only of the first mail: of a reminder it would tell who has not finished."""
    if tell:
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        owner, what = row.organisation_id, "round.mail_refused"
        record_event(session, owner, what, subject="staff_member", subject_id=member_id, code=code)
        session.commit()
    return False


def send_round_notice(
    session: Session,
    organisation_id: uuid.UUID,
    round_id: uuid.UUID,
    user_id: uuid.UUID,
    what: str,
    settings: Settings,
) -> bool:
    """Tell one person of HR; a draft that was thrown away meanwhile is not told of."""
    user = session.get(User, (organisation_id, user_id))
    if user is None or not user.active:
        return False
    try:
        row = find_round(session, organisation_id, round_id)
    except NotFound:
        return False
    organisation = session.get_one(Organisation, organisation_id)
    message = compose_notice(settings, organisation, user, row, what)
    session.commit()
    try:
        deliver_mail(settings, organisation_id, message)
    except MailRefused:
        # The same stands on HR's page of the round.
        return False
    return True
