"""Facts about the staff, read once and kept while nothing has changed: ten thousand people are slow to count.

Each process keeps its own. What is kept is found by a mark that the database gives: the moment of the company's
newest event, since every change writes one, and how many rows there are.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import Event, Rating, RatingRound, Sitting, StaffInvitation, StaffMember

MOST = 12
COUNTED = (Rating, StaffMember, RatingRound, StaffInvitation)
T = TypeVar("T")

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """What was made for this key before, else what is made now."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            found: T = _kept[key]
            return found
    made = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made


def mark_of(session: Session, organisation_id: uuid.UUID) -> Hashable:
    """The same mark, the same facts."""
    newest = session.scalar(select(func.max(Event.at)).where(Event.organisation_id == organisation_id))
    counts = [
        session.scalar(select(func.count()).select_from(table).where(table.organisation_id == organisation_id))
        for table in COUNTED
    ]
    submitted = session.scalar(
        select(func.count())
        .select_from(Sitting)
        .where(
            Sitting.organisation_id == organisation_id,
            Sitting.staff_member_id.is_not(None),
            Sitting.state == "submitted",
        )
    )
    return organisation_id, newest, *counts, submitted
