"""Who serves whom in the simulated company: whoever rated somebody in the simulation is served by them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scoring.ratings import Rating as GivenRating
from webapp.records import ServiceLink
from webapp.records.base import new_id, now


def add_matrix(
    session: Session, organisation_id: uuid.UUID, ratings: Iterable[GivenRating], staff: Mapping[str, uuid.UUID]
) -> int:
    """Add the pairs of the simulated ratings; returns how many there are."""
    pairs = {(row.ratee, row.rater) for row in ratings if row.rater in staff and row.rater != row.ratee}
    rows = [
        {
            "organisation_id": organisation_id,
            "id": new_id(),
            "performer_id": staff[performer],
            "customer_id": staff[str(customer)],
            "origin": "file",
            "excluded": False,
            "created_at": now(),
        }
        for performer, customer in sorted(pairs, key=str)
    ]
    if rows:
        session.execute(insert(ServiceLink), rows)
    return len(rows)
