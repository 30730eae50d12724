"""Take a skip back: what was cleared with it stands again; where nothing was, the question is open again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import null, select
from sqlalchemy.orm import Session

from webapp.records import AnswerRevision
from webapp.services.saving.given import GivenAnswer


def undone_skip(
    session: Session,
    organisation_id: uuid.UUID,
    sitting_id: uuid.UUID,
    item_id: str,
    revision: int,
    positions: Sequence[str] = (),
) -> GivenAnswer:
    """What is to be saved to take back the skip that the page showed as this revision."""
    former = session.scalars(
        select(AnswerRevision.value)
        .where(
            AnswerRevision.organisation_id == organisation_id,
            AnswerRevision.sitting_id == sitting_id,
            AnswerRevision.item_id == item_id,
            AnswerRevision.value.is_not(null()),
        )
        .order_by(AnswerRevision.revision.desc())
        .limit(1)
    ).first()
    return GivenAnswer(item_id, former, revision, positions, undone=former is None)
