"""Take a decision back within a day: people stand where they stood, and both the decision and its end are kept."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Gone, NotFound, Refused
from webapp.records import Applicant, Decision, DecisionBatch, User, Vacancy
from webapp.records.base import now
from webapp.services.decisions.after import after_undo
from webapp.services.decisions.draft import check_open
from webapp.services.decisions.ending import close_empty, drop_rest, is_broken
from webapp.services.decisions.move import move
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event

UNDO = dt.timedelta(days=1)
CHUNK = 500


@dataclass(frozen=True)
class Undone:
    """How many stand where they stood; who was decided about again meanwhile, and stays."""

    people: int
    stayed: tuple[uuid.UUID, ...]
    hidden_again: int


def undo_until(decided_at: dt.datetime) -> dt.datetime:
    return decided_at + UNDO


def may_undo(row: Decision | DecisionBatch, user_id: uuid.UUID, roles: frozenset[str]) -> bool:
    """Whether this person is offered to take it back now."""
    in_time = row.decided_at is not None and now() < undo_until(row.decided_at)
    return in_time and row.undone_at is None and (row.user_id == user_id or "hr" in roles)


def undo_batch(session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID, *, user_id: uuid.UUID) -> Undone:
    """Take back all of a decision at once. The second press changes nothing."""
    batch = lock_row(session, DecisionBatch, organisation_id, batch_id)
    if batch.state == "draft":
        raise NotFound
    if batch.state == "running" and not is_broken(session, batch):
        raise Conflict(_("This decision is still being carried out. Wait until that has ended, then undo it."))
    if batch.undone_at is not None:
        return Undone(0, (), 0)
    _check(session, organisation_id, batch, user_id)
    if batch.state == "running":
        drop_rest(session, batch, user_id)
    rows = _decisions(session, *_of_batch(batch))
    undone = _undo(session, organisation_id, rows, user_id)
    batch.state, batch.undone_at, batch.undone_by = "undone", now(), user_id
    _tell(session, batch, user_id, undone)
    return undone


def undo_one(
    session: Session,
    organisation_id: uuid.UUID,
    decision_id: uuid.UUID,
    *,
    user_id: uuid.UUID,
    applicant_id: uuid.UUID | None = None,
) -> Undone:
    """Take back what was decided about one person; others of the same batch stay as they are, or are still moved."""
    found = session.get(Decision, (organisation_id, decision_id))
    if found is None or applicant_id not in (None, found.applicant_id):
        raise NotFound
    # The batch first, as everybody holds it who moves or puts back many.
    batch = lock_row(session, DecisionBatch, organisation_id, found.batch_id)
    decision = lock_row(session, Decision, organisation_id, decision_id)
    if decision.undone_at is not None:
        return Undone(0, (), 0)
    _check(session, organisation_id, batch, user_id)
    one = (Decision.organisation_id == organisation_id, Decision.id == decision_id)
    undone = _undo(session, organisation_id, _decisions(session, *one), user_id)
    if undone.stayed:
        raise Conflict(_("Somebody decided about this person again meanwhile. Undo that decision first."))
    close_empty(session, batch)
    _tell(session, batch, user_id, undone)
    return undone


def _check(session: Session, organisation_id: uuid.UUID, batch: DecisionBatch, user_id: uuid.UUID) -> None:
    check_open(lock_row(session, Vacancy, organisation_id, batch.vacancy_id, shared=True))
    user = session.get(User, (organisation_id, user_id))
    if user is None or not user.active or not (batch.user_id == user_id or "hr" in user.roles):
        raise Refused(_("Only whoever decided, or HR, can undo it."))
    assert batch.decided_at is not None
    if now() >= undo_until(batch.decided_at):
        raise Gone(_("A decision can be undone for a day. Now decide anew, with a reason; both stay in the history."))


def _decisions(session: Session, *which: ColumnElement[bool]) -> Sequence[Any]:
    """Those that stand, with what their undoing needs; in the order in which everybody holds people."""
    return session.execute(
        select(Decision.id, Decision.applicant_id, Decision.from_stage, Decision.revealed)
        .where(*which, Decision.undone_at.is_(None))
        .order_by(Decision.applicant_id)
    ).all()


def _of_batch(batch: DecisionBatch) -> list[ColumnElement[bool]]:
    return [Decision.organisation_id == batch.organisation_id, Decision.batch_id == batch.id]


def _undo(session: Session, organisation_id: uuid.UUID, rows: Sequence[Any], user_id: uuid.UUID) -> Undone:
    stayed: list[uuid.UUID] = []
    undone: list[Any] = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        newest = _newest(session, organisation_id, [each.applicant_id for each in chunk])
        undone += [each for each in chunk if newest.get(each.applicant_id) == each.id]
        stayed += [each.applicant_id for each in chunk if newest.get(each.applicant_id) != each.id]
    _put_back(session, organisation_id, undone)
    hidden = _hide_again(session, organisation_id, undone)
    ids = [each.id for each in undone]
    for start in range(0, len(ids), CHUNK):
        some = (Decision.organisation_id == organisation_id, Decision.id.in_(ids[start : start + CHUNK]))
        session.execute(update(Decision).where(*some).values(undone_at=now(), undone_by=user_id))
    after_undo(session, organisation_id, ids)
    return Undone(len(undone), tuple(stayed), hidden)


def _newest(session: Session, organisation_id: uuid.UUID, people: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The last decision that stands about each of these, who are held until the transaction ends."""
    here = (Applicant.organisation_id == organisation_id, Applicant.id.in_(people))
    session.execute(select(Applicant.id).where(*here).order_by(Applicant.id).with_for_update()).all()
    rows = session.execute(
        select(Decision.applicant_id, Decision.id)
        .where(
            Decision.organisation_id == organisation_id,
            Decision.applicant_id.in_(people),
            Decision.undone_at.is_(None),
        )
        .order_by(Decision.decided_at, Decision.id)
    )
    return dict(rows.all())


def _put_back(session: Session, organisation_id: uuid.UUID, rows: Sequence[Any]) -> None:
    for stage in sorted({each.from_stage for each in rows}):
        move(session, organisation_id, [each.applicant_id for each in rows if each.from_stage == stage], stage)


def _hide_again(session: Session, organisation_id: uuid.UUID, rows: Sequence[Any]) -> int:
    """The name was shown by this decision, and is hidden as before; that it was to be seen meanwhile stays written."""
    shown = [each.applicant_id for each in rows if each.revealed]
    for start in range(0, len(shown), CHUNK):
        some = (Applicant.organisation_id == organisation_id, Applicant.id.in_(shown[start : start + CHUNK]))
        session.execute(update(Applicant).where(*some).values(revealed_at=None, hidden_at=now()))
    return len(shown)


def _tell(session: Session, batch: DecisionBatch, user_id: uuid.UUID, undone: Undone) -> None:
    record_event(
        session,
        batch.organisation_id,
        "decisions.undone",
        user_id=user_id,
        subject="decision_batch",
        subject_id=batch.id,
        people=undone.people,
        stayed=len(undone.stayed),
        hidden_again=undone.hidden_again,
    )
    session.flush()
