"""Where a sitting stands, for the browser's script: what is saved, and whether anything can be added."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Answer, Sitting
from webapp.records.base import now
from webapp.services.saving.given import Recorded
from webapp.services.saving.rows import STANDS, held


@dataclass(frozen=True)
class State:
    """`state` is open, resting while a break is on, or why nothing can be added."""

    state: str
    now: dt.datetime
    deadline_at: dt.datetime | None
    answers: Mapping[str, Recorded]


def read_state(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> State:
    moment = now()
    row = session.execute(STANDS.where(Sitting.organisation_id == organisation_id, Sitting.id == sitting_id)).first()
    if row is None:
        raise NotFound()
    found = held(row, moment)
    answers = session.execute(
        select(Answer.item_id, Answer.value, Answer.revision, Answer.saved_at).where(
            Answer.organisation_id == organisation_id, Answer.sitting_id == sitting_id
        )
    )
    return State(
        state=found.closed_at(moment) or ("resting" if found.resting_at(moment) else "open"),
        now=moment,
        deadline_at=row.deadline_at,
        answers={item: Recorded(value, revision, saved_at) for item, value, revision, saved_at in answers},
    )
