"""The ids of a vacancy's scores, by every model that ever scored it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Score
from webapp.services.read_vacancy import get_vacancy

CHUNK = 1000


def scores_of_vacancy(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> Iterator[uuid.UUID]:
    """In chunks, so that memory stays flat."""
    get_vacancy(session, organisation_id, vacancy_id)
    query = select(Score.id).where(Score.organisation_id == organisation_id, Score.vacancy_id == vacancy_id)
    after: uuid.UUID | None = None
    while True:
        wanted = query.where(Score.id > after) if after else query
        rows = session.scalars(wanted.order_by(Score.id).limit(CHUNK)).all()
        if not rows:
            return
        yield from rows
        after = rows[-1]
