"""What a rater's link leads to. Looking changes nothing: mail scanners look too."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Gone, NotFound
from webapp.languages import said_date
from webapp.records import Organisation, RatingRound, RoundRater, StaffMember
from webapp.records.base import now
from webapp.security import token_hash
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event
from webapp.services.rounds.find_round import last_day, lock_round, takes_ratings
from webapp.services.staff.presence import works_here


@dataclass(frozen=True)
class RaterLink:
    """A rater, the round that asks them, and on whose behalf."""

    organisation: Organisation
    round: RatingRound
    rater: RoundRater
    person: StaffMember

    @property
    def left(self) -> bool:
        """Rates no more, but keeps the rights over what was saved until the round closes."""
        return not works_here(self.person)

    @property
    def language(self) -> str:
        """What the rater chose, else what the company knows of them, as far as this round is written in it."""
        wanted = (self.rater.language, self.person.language, self.organisation.language)
        return next((code for code in wanted if code in self.round.languages), self.round.languages[0])


def open_rating_link(session: Session, token: str) -> RaterLink:
    """Find what this link leads to, be it over or not."""
    row = session.scalar(select(RoundRater).where(RoundRater.token_hash == token_hash(token)))
    if row is None:
        raise NotFound(_("We do not know this link. Check that the whole address was copied from your mail."))
    return read_rater_link(session, row.organisation_id, row.id)


def read_rater_link(session: Session, organisation_id: uuid.UUID, rater_id: uuid.UUID) -> RaterLink:
    row = session.get(RoundRater, (organisation_id, rater_id))
    if row is None:
        raise NotFound
    return RaterLink(
        organisation=session.get_one(Organisation, organisation_id),
        round=session.get_one(RatingRound, (organisation_id, row.round_id)),
        rater=row,
        person=session.get_one(StaffMember, (organisation_id, row.staff_member_id)),
    )


def lock_rater(
    session: Session, organisation_id: uuid.UUID, rater_id: uuid.UUID, *, leavers: bool = False
) -> RaterLink:
    """The rater, to be changed; those who left only where they are allowed.

    Closing waits for what has begun, and what comes later finds the round closed.

    The round first and the rater second, as closing takes them: the other way round the two would wait for each other.
    """
    known = session.get(RoundRater, (organisation_id, rater_id))
    if known is None:
        raise NotFound
    lock_round(session, organisation_id, known.round_id, shared=True)
    lock_row(session, RoundRater, organisation_id, rater_id)
    link = read_rater_link(session, organisation_id, rater_id)
    check_round(link) if leavers else check_open(link)
    return link


def check_open(link: RaterLink) -> None:
    """Say kindly why nothing can be given here any more."""
    if link.left:
        raise Gone(
            _("This link belonged to somebody who no longer works at %(company)s.", company=link.organisation.name)
        )
    check_round(link)


def check_round(link: RaterLink) -> None:
    """What was saved can be looked up, taken along and erased until the round closes, by those who left too."""
    if not takes_ratings(link.round):
        raise Gone(closed_words(link.round))


def closed_words(row: RatingRound) -> str:
    ended = row.closed_at.date() if row.closed_at and row.closed_at < row.closes_at else last_day(row)
    return _(
        "“%(title)s” closed on %(day)s. Thank you for taking part: every rating that you had saved counts, and "
        "nothing more can be added or changed.",
        title=row.title,
        day=said_date(ended),
    )


def enter_round(session: Session, token: str, language: str = "") -> RaterLink:
    """Begin, or go on; the second press finds what the first one made. A language chosen on the way is kept."""
    found = open_rating_link(session, token)
    link = lock_rater(session, found.organisation.id, found.rater.id, leavers=True)
    if language in link.round.languages:
        link.rater.language = language
    if not link.rater.entered and not link.left:
        link.rater.entered = True
        record_event(session, link.organisation.id, "rating.begun", subject="rating_round", subject_id=link.round.id)
    return link


def choose_rating_language(session: Session, organisation_id: uuid.UUID, rater_id: uuid.UUID, language: str) -> None:
    link = lock_rater(session, organisation_id, rater_id, leavers=True)
    if language in link.round.languages:
        link.rater.language = language


def finish_rating(session: Session, organisation_id: uuid.UUID, rater_id: uuid.UUID) -> None:
    """The rater says to be done: no more reminders. Changes stay possible until the round closes."""
    link = lock_rater(session, organisation_id, rater_id)
    if not link.rater.finished:
        link.rater.finished = True
        record_event(session, organisation_id, "rating.finished", subject="rating_round", subject_id=link.round.id)


def days_left(row: RatingRound) -> int:
    """Whole days, this one included."""
    return max(0, (last_day(row) - now().date()).days) + 1
