"""What must happen when a decision was taken back, besides the move itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from webapp.services.exports.keep_export import forget_after_undo
from webapp.services.messages.stop_messages import stop_for_decisions

AfterUndo = Callable[[Session, uuid.UUID, Sequence[uuid.UUID]], None]
AFTER_UNDO: tuple[AfterUndo, ...] = (stop_for_decisions, forget_after_undo)
"""Each is given the ids of the decisions, in the same transaction: put in here what must stop, such as messages."""


def after_undo(session: Session, organisation_id: uuid.UUID, decisions: Sequence[uuid.UUID]) -> None:
    for each in AFTER_UNDO if decisions else ():
        each(session, organisation_id, decisions)
