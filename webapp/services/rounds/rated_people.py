"""What closed rounds say without their ratings: who has enough raters, and what was asked."""

from __future__ import annotations

import uuid
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from webapp.records import RatingRound
from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.rounds.find_round import ENDED, asked_competences
from webapp.services.rounds.read_for_training import read_for_training

ENOUGH = 3


def enough_raters(session: Session, row: RatingRound) -> list[uuid.UUID]:
    """Count, at closing, whom three or more have rated. One reading, written down like every other."""
    raters: dict[uuid.UUID, set[str]] = defaultdict(set)
    for each in read_for_training(session, row.organisation_id, "figures", [row.id]):
        raters[each.performer_id].add(each.rater_key)
    return sorted(performer for performer, keys in raters.items() if len(keys) >= ENOUGH)


def closed_rounds(session: Session, organisation_id: uuid.UUID) -> list[RatingRound]:
    rows = select(RatingRound).where(RatingRound.organisation_id == organisation_id, RatingRound.state.in_(ENDED))
    return list(session.scalars(rows.options(undefer(RatingRound.turnout)).order_by(RatingRound.closed_at)))


def collected_competences(session: Session, organisation_id: uuid.UUID) -> dict[str, CompetenceText]:
    """What closed rounds asked, by code, in the newest words."""
    return {each.code: each for row in closed_rounds(session, organisation_id) for each in asked_competences(row)}
