"""The only way to collected ratings besides their own rater: closed rounds, for a purpose, with an event each time.

The training run learns from them, and the figures of a round are computed from them once. Nothing else may call
this, and nothing that calls it may show a value: what leaves a computation goes through the rules of release.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import CollectedRating, RatingRound
from webapp.services.record_event import record_event
from webapp.services.rounds.find_round import ENDED, asked_competences

Purpose = Literal["training", "figures"]


class Collected(NamedTuple):
    """One rating by a rater whom nobody knows. The key is the same within a round and means nothing outside it."""

    round_id: uuid.UUID
    performer_id: uuid.UUID
    rater_key: str
    competence: str
    value: int
    scale_min: int
    scale_max: int
    closed_on: str
    """ISO date on which the round closed."""


def read_for_training(
    session: Session,
    organisation_id: uuid.UUID,
    purpose: Purpose,
    round_ids: Sequence[uuid.UUID] | None = None,
) -> list[Collected]:
    """Return what was rated in closed rounds (all of them, or these); “could not observe” is no rating.

    Rounds that are open give nothing. That the ratings were read, what for and how many, is written down.
    """
    rounds = {row.id: row for row in _closed(session, organisation_id, round_ids)}
    if not rounds:
        return []
    found: Sequence[Any] = session.execute(
        select(
            CollectedRating.round_id,
            CollectedRating.performer_id,
            CollectedRating.rater_key,
            CollectedRating.competence,
            CollectedRating.value,
        )
        .where(
            CollectedRating.organisation_id == organisation_id,
            CollectedRating.round_id.in_(list(rounds)),
            CollectedRating.value.is_not(None),
        )
        .order_by(
            CollectedRating.round_id,
            CollectedRating.performer_id,
            CollectedRating.rater_key,
            CollectedRating.competence,
        )
    ).all()
    ends = {number: (*asked_competences(row)[0].scale, _day(row)) for number, row in rounds.items()}
    _record(session, organisation_id, purpose, list(rounds), len(found))
    return [Collected._make((*each, *ends[each[0]])) for each in found]


def _closed(
    session: Session, organisation_id: uuid.UUID, round_ids: Sequence[uuid.UUID] | None
) -> Sequence[RatingRound]:
    rows = select(RatingRound).where(RatingRound.organisation_id == organisation_id, RatingRound.state.in_(ENDED))
    if round_ids is not None:
        rows = rows.where(RatingRound.id.in_(list(round_ids)))
    return session.scalars(rows.order_by(RatingRound.closed_at, RatingRound.id)).all()


def _day(row: RatingRound) -> str:
    assert row.closed_at is not None
    return row.closed_at.date().isoformat()


def _record(
    session: Session, organisation_id: uuid.UUID, purpose: Purpose, rounds: Sequence[uuid.UUID], number: int
) -> None:
    record_event(
        session,
        organisation_id,
        "ratings.read",
        subject="rating_round",
        subject_id=rounds[0] if len(rounds) == 1 else None,
        purpose=purpose,
        rounds=[str(each) for each in rounds],
        number=number,
    )
