"""One round, or all of them; whether it takes ratings at this moment."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, NotFound
from webapp.records import RatingRound
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.rounds.competence_texts import CompetenceText

BEFORE_OPENING = ("draft", "planned")
ENDED = ("closed", "released")


def find_round(session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID) -> RatingRound:
    row = session.get(RatingRound, (organisation_id, round_id))
    if row is None:
        raise NotFound
    return row


def list_rounds(session: Session, organisation_id: uuid.UUID) -> list[RatingRound]:
    """All rounds, the newest first."""
    rows = select(RatingRound).where(RatingRound.organisation_id == organisation_id)
    return list(session.scalars(rows.order_by(RatingRound.opens_at.desc(), RatingRound.id.desc())))


def lock_round(
    session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID, *, shared: bool = False
) -> RatingRound:
    """Read the round anew; savers share it, and whoever opens or closes it has it alone."""
    return lock_row(session, RatingRound, organisation_id, round_id, shared=shared)


def changeable_round(session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID) -> RatingRound:
    """A round that has not opened yet; what has opened is frozen."""
    row = lock_round(session, organisation_id, round_id)
    if row.state not in BEFORE_OPENING:
        raise Conflict(_("This round has opened, so what it asks and whom can no longer be changed."))
    return row


def takes_ratings(row: RatingRound) -> bool:
    """By the server's clock alone; the job that closes it may come a little later."""
    return row.state == "open" and now() < row.closes_at


def asked_competences(row: RatingRound) -> list[CompetenceText]:
    """What the round asks, as it was written at opening."""
    return [CompetenceText.from_plain(each) for each in row.competences]


def last_day(row: RatingRound) -> dt.date:
    """The last day on which ratings are taken; it ends at midnight UTC."""
    return (row.closes_at - dt.timedelta(microseconds=1)).date()
