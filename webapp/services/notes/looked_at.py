"""Who opened whose page, so that it can be told how many of the decided were looked at singly."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.records import LookedAt
from webapp.records.base import new_id, now

AGAIN = dt.timedelta(hours=1)
"""Looks that follow each other sooner are one."""
AT_ONCE = 500


def looked_lately(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, applicant_id: uuid.UUID) -> bool:
    """Whether a look of the last hour is written down."""
    last = session.scalar(
        select(LookedAt.last_at).where(
            LookedAt.organisation_id == organisation_id,
            LookedAt.user_id == user_id,
            LookedAt.applicant_id == applicant_id,
        )
    )
    return last is not None and last > now() - AGAIN


def write_look(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, applicant_id: uuid.UUID) -> None:
    """Write down that this person looks at this page now; two looks at once are one row."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    moment = now()
    row = {
        "organisation_id": organisation_id,
        "id": new_id(),
        "applicant_id": applicant_id,
        "user_id": user_id,
        "last_at": moment,
        "created_at": moment,
    }
    once = insert(LookedAt).on_conflict_do_update(
        index_elements=["organisation_id", "applicant_id", "user_id"], set_={"last_at": moment}
    )
    session.execute(once, [row])


def seen_by(
    session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID | None, applicant_ids: Sequence[uuid.UUID]
) -> frozenset[uuid.UUID]:
    """Whose pages of these this person has opened; with no person, whose pages anybody has."""
    query = select(LookedAt.applicant_id).where(LookedAt.organisation_id == organisation_id)
    if user_id is not None:
        query = query.where(LookedAt.user_id == user_id)
    found: set[uuid.UUID] = set()
    for start in range(0, len(applicant_ids), AT_ONCE):
        part: Collection[uuid.UUID] = applicant_ids[start : start + AT_ONCE]
        found.update(session.scalars(query.where(LookedAt.applicant_id.in_(part))))
    return frozenset(found)
