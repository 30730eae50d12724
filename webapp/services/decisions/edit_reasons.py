"""HR keeps the company's list of reasons. Words that were used stay as they were: other words are another reason."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import DecisionReason
from webapp.records.base import now
from webapp.services.decisions.edit_stages import tidy_names
from webapp.services.decisions.stages import KINDS
from webapp.services.lock_row import lock_organisation
from webapp.services.record_event import record_event

MOST = 60
"""Reasons in use at once."""
LONGEST = 120


def all_reasons(session: Session, organisation_id: uuid.UUID) -> Sequence[DecisionReason]:
    """Those in use and those that were, by kind and in the company's order."""
    return session.scalars(
        select(DecisionReason)
        .where(DecisionReason.organisation_id == organisation_id)
        .order_by(DecisionReason.kind, DecisionReason.position, DecisionReason.id)
    ).all()


def find_reason(session: Session, organisation_id: uuid.UUID, reason_id: uuid.UUID) -> DecisionReason:
    found = session.get(DecisionReason, (organisation_id, reason_id))
    if found is None:
        raise NotFound
    return found


def add_reason(
    session: Session,
    organisation_id: uuid.UUID,
    names: Mapping[str, str],
    kind: str,
    *,
    needs_text: bool,
    user_id: uuid.UUID,
    position: int | None = None,
) -> DecisionReason:
    lock_organisation(session, organisation_id)
    if kind not in KINDS:
        raise Invalid([_("Choose for which decisions the reason is.")])
    tidy = tidy_names(names, LONGEST)
    used = [each for each in all_reasons(session, organisation_id) if each.retired_at is None]
    if len(used) >= MOST:
        raise Conflict(_("At most %(most)s reasons can be in use. Retire one first.", most=MOST))
    if any(each.kind == kind and dict(each.names) == tidy for each in used):
        raise Invalid([_("This reason is on the list already.")])
    row = DecisionReason(
        organisation_id=organisation_id,
        kind=kind,
        position=_end(session, organisation_id) if position is None else position,
        names=tidy,
        needs_text=needs_text,
    )
    session.add(row)
    session.flush()
    _tell(session, row, "reason.added", user_id)
    return row


def _end(session: Session, organisation_id: uuid.UUID) -> int:
    last = session.scalar(
        select(func.max(DecisionReason.position)).where(DecisionReason.organisation_id == organisation_id)
    )
    return 0 if last is None else last + 1


def reword_reason(
    session: Session,
    organisation_id: uuid.UUID,
    reason_id: uuid.UUID,
    names: Mapping[str, str],
    *,
    needs_text: bool,
    user_id: uuid.UUID,
) -> DecisionReason:
    """The old words stay with the decisions that were made with them; the new ones take their place on the list."""
    lock_organisation(session, organisation_id)
    row = find_reason(session, organisation_id, reason_id)
    if dict(row.names) == tidy_names(names, LONGEST) and row.needs_text == needs_text:
        return row
    row.retired_at = row.retired_at or now()
    session.flush()
    _tell(session, row, "reason.retired", user_id)
    return add_reason(
        session, organisation_id, names, row.kind, needs_text=needs_text, user_id=user_id, position=row.position
    )


def shift_reason(
    session: Session, organisation_id: uuid.UUID, reason_id: uuid.UUID, way: str, *, user_id: uuid.UUID
) -> None:
    """One step up or down among those in use of its kind; those out of use keep their places between them."""
    lock_organisation(session, organisation_id)
    row = find_reason(session, organisation_id, reason_id)
    kind = [each for each in all_reasons(session, organisation_id) if each.kind == row.kind]
    used = [each for each in kind if each.retired_at is None]
    at = used.index(row) if row in used else -1
    to = at - 1 if way == "up" else at + 1
    if at < 0 or not 0 <= to < len(used):
        return
    here, there = kind.index(row), kind.index(used[to])
    kind[here], kind[there] = kind[there], kind[here]
    _renumber(kind)
    _tell(session, row, "reason.shifted", user_id)


def _renumber(reasons: Sequence[DecisionReason]) -> None:
    """In this order. Other words for a reason took its number, so that two can have the same."""
    numbers = sorted(each.position for each in reasons)
    for at, row in enumerate(reasons):
        numbers[at] = max(numbers[at], numbers[at - 1] + 1) if at else numbers[at]
        row.position = numbers[at]


def retire_reason(session: Session, organisation_id: uuid.UUID, reason_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    """It is no longer offered; decisions that were made with it keep it."""
    row = find_reason(session, organisation_id, reason_id)
    if row.retired_at is None:
        row.retired_at = now()
        _tell(session, row, "reason.retired", user_id)


def restore_reason(session: Session, organisation_id: uuid.UUID, reason_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    row = find_reason(session, organisation_id, reason_id)
    if row.retired_at is not None:
        row.retired_at = None
        _tell(session, row, "reason.restored", user_id)


def _tell(session: Session, row: DecisionReason, action: str, user_id: uuid.UUID) -> None:
    record_event(
        session,
        row.organisation_id,
        action,
        user_id=user_id,
        subject="decision_reason",
        subject_id=row.id,
        kind=row.kind,
    )
    session.flush()
