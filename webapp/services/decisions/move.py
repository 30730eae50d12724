"""The one place from which anybody's stage changes; only a decision that a person made, and its undoing, come here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from webapp.services.shortlist.leave import change_stage


def move(session: Session, organisation_id: uuid.UUID, people: Sequence[uuid.UUID], stage: int) -> None:
    """Put these people on this stage, with the counts of every list that they are on."""
    if people:
        session.flush()
        change_stage(session, organisation_id, people, stage)
