"""How a decision ends: carried out, stopped where its job broke down, or with nothing of it left standing."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, NotFound, Refused
from webapp.records import Decision, DecisionBatch, DecisionChoice, Job, User
from webapp.services.job_progress import OPEN
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event


def finish(session: Session, batch: DecisionBatch) -> None:
    """The words of the reason stay with the people whom they are about, and go with them."""
    batch.state, batch.text, batch.tie_reason = "done", "", ""
    batch.people = number_decided(session, batch)
    close_empty(session, batch)
    session.flush()


def number_decided(session: Session, batch: DecisionBatch) -> int:
    return session.scalar(select(func.count()).select_from(Decision).where(*_of(batch))) or 0


def close_empty(session: Session, batch: DecisionBatch) -> None:
    """A decision of which nothing stands any more is undone as a whole, once nobody is left to be moved by it."""
    if batch.state != "done" or session.scalar(select(Decision.id).where(*_of(batch), _STANDS).limit(1)):
        return
    last = session.execute(
        select(Decision.undone_at, Decision.undone_by).where(*_of(batch)).order_by(Decision.undone_at.desc()).limit(1)
    ).first()
    if last is not None:
        batch.state, batch.undone_at, batch.undone_by = "undone", last.undone_at, last.undone_by


_STANDS = Decision.undone_at.is_(None)


def _of(batch: DecisionBatch) -> list[ColumnElement[bool]]:
    return [Decision.organisation_id == batch.organisation_id, Decision.batch_id == batch.id]


def is_broken(session: Session, batch: DecisionBatch) -> bool:
    """Whether people are left to be moved and nobody moves them: the job failed or was cancelled."""
    if batch.state != "running" or batch.job_id is None:
        return False
    mine = (Job.organisation_id == batch.organisation_id, Job.id == batch.job_id)
    return session.scalar(select(Job.state).where(*mine)) not in OPEN


def may_settle(batch: DecisionBatch, user_id: uuid.UUID, roles: frozenset[str]) -> bool:
    """Whether this person is asked what becomes of a decision that broke down."""
    return batch.user_id == user_id or "hr" in roles


def check_may_settle(session: Session, batch: DecisionBatch, user_id: uuid.UUID) -> None:
    user = session.get(User, (batch.organisation_id, user_id))
    if user is None or not user.active or not may_settle(batch, user_id, user.roles):
        raise Refused(_("Only whoever decided, or HR, can let it go on or stop it."))


def stop(session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID, *, user_id: uuid.UUID) -> bool:
    """End a decision whose job broke down where it is; False where it has ended already."""
    batch = lock_row(session, DecisionBatch, organisation_id, batch_id)
    if batch.state == "draft":
        raise NotFound
    check_may_settle(session, batch, user_id)
    if batch.state != "running":
        return False
    if not is_broken(session, batch):
        raise Conflict(_("This decision is still being carried out. Wait until that has ended, then undo it."))
    drop_rest(session, batch, user_id)
    return True


def drop_rest(session: Session, batch: DecisionBatch, user_id: uuid.UUID) -> None:
    """Whoever was not moved yet stays, and what was done stands as it is."""
    mine = (DecisionChoice.organisation_id == batch.organisation_id, DecisionChoice.batch_id == batch.id)
    left = session.scalar(select(func.count()).select_from(DecisionChoice).where(*mine)) or 0
    session.execute(delete(DecisionChoice).where(*mine))
    batch.seen = {**batch.seen, "stopped": left}
    finish(session, batch)
    record_event(
        session,
        batch.organisation_id,
        "decisions.stopped",
        user_id=user_id,
        subject="decision_batch",
        subject_id=batch.id,
        people=batch.people,
        left=left,
    )
