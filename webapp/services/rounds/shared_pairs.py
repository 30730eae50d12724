"""Two rounds side by side may not ask the same pairs: their figures, compared, would tell what one rater said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from webapp.languages import said_date
from webapp.records import RatingRound, RoundPair, RoundRater
from webapp.services.matrix.read_matrix import plain_id
from webapp.services.rounds.find_round import ENDED

DAYS_APART = 14


def faults_of_pairs(session: Session, row: RatingRound, pairs: Sequence[Any], moment: dt.datetime) -> list[str]:
    """Why these pairs of performer and rater cannot be asked from this moment on; the latest day of all counts."""
    in_the_way = [each for each in _near(session, row, moment) if _shares(session, each, pairs)]
    if not in_the_way:
        return []
    latest = max(in_the_way, key=free_from)
    return [
        _(
            "“%(title)s” asks some of the same people. Comparing the two could show what one person said, so this "
            "round may open from %(day)s.",
            title=latest.title,
            day=said_date(free_from(latest)),
        )
    ]


def free_from(other: RatingRound) -> dt.date:
    """The first day, in UTC, that is wholly so many days after its end."""
    end = (other.closed_at or other.closes_at) + dt.timedelta(days=DAYS_APART)
    return (end + dt.timedelta(days=1, microseconds=-1)).date()


def _near(session: Session, row: RatingRound, moment: dt.datetime) -> list[RatingRound]:
    """Rounds that are open or ended lately; of two regular ones the days see to it that they lie apart."""
    rows = session.scalars(
        select(RatingRound).where(
            RatingRound.organisation_id == row.organisation_id,
            RatingRound.id != row.id,
            true() if row.kind == "extra" else RatingRound.kind == "extra",
            RatingRound.state.in_(("open", *ENDED)),
        )
    )
    return [each for each in rows if moment.date() < free_from(each)]


def _shares(session: Session, other: RatingRound, pairs: Sequence[Any]) -> bool:
    # Closing forgets the pairs, so of a round that has ended it counts who was asked at all.
    if other.state == "open":
        asked = select(plain_id(RoundPair.performer_id), plain_id(RoundPair.rater_id)).where(
            RoundPair.organisation_id == other.organisation_id, RoundPair.round_id == other.id
        )
        return not {tuple(each) for each in session.execute(asked)}.isdisjoint((one, two) for one, two in pairs)
    people = select(plain_id(RoundRater.staff_member_id)).where(
        RoundRater.organisation_id == other.organisation_id, RoundRater.round_id == other.id
    )
    return not set(session.scalars(people)).isdisjoint(rater for _performer, rater in pairs)
