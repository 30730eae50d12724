"""How many people stand on each stretch of a list, by cell: read once for as long as nobody comes, leaves or moves.

A list of a million has thousands of such numbers, and each page asks for their sums. The list's row carries a mark that
is drawn anew, by lot, whenever one of its numbers changes; numbers read under a mark are good while the mark stands. A
mark is never used again, so numbers that were read inside a transaction that came to nothing are never found.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import ListCount, ListState

MOST = 64
"""Lists whose numbers one process keeps, those of the newest readings."""


@dataclass(frozen=True)
class Numbers:
    """Of each cell that holds anybody, the number on each stretch."""

    by_stretch: dict[int, list[int]]

    @cached_property
    def by_cell(self) -> dict[int, int]:
        return {cell: total for cell, numbers in self.by_stretch.items() if (total := sum(numbers))}

    @cached_property
    def all(self) -> int:
        return sum(map(sum, self.by_stretch.values()))

    def above(self, stretches: int, cells: Collection[int] | None = None) -> Sequence[int]:
        """How many stand above each stretch, one more than there are stretches; all, or those of these cells."""
        if cells is None and self.by_stretch:
            return self._above_all
        wanted = [numbers for cell, numbers in self.by_stretch.items() if cells is None or cell in cells]
        return [0, *accumulate(map(sum, zip(*wanted, strict=True)))] if wanted else [0] * (stretches + 1)

    @cached_property
    def _above_all(self) -> Sequence[int]:
        return [0, *accumulate(map(sum, zip(*self.by_stretch.values(), strict=True)))]


_kept: OrderedDict[tuple[uuid.UUID, uuid.UUID], tuple[int, Numbers]] = OrderedDict()
_lock = threading.Lock()


def new_mark() -> int:
    return 1 + secrets.randbelow(2**62)


def numbers_on(session: Session, state: ListState) -> Numbers:
    """The numbers of this list under its mark."""
    key = (state.organisation_id, state.id)
    with _lock:
        mark, known = _kept.get(key, (0, None))
    if known is not None and mark == state.mark:
        return known
    found = _read(session, state)
    if state.mark and _mark_now(session, state) == state.mark:
        _keep(key, state.mark, found)
    return found


def _keep(key: tuple[uuid.UUID, uuid.UUID], mark: int, numbers: Numbers) -> None:
    with _lock:
        _kept[key] = mark, numbers
        _kept.move_to_end(key)
        while len(_kept) > MOST:
            _kept.popitem(last=False)


def _read(session: Session, state: ListState) -> Numbers:
    rows = session.execute(
        select(ListCount.stretch, ListCount.cell, ListCount.number).where(
            ListCount.organisation_id == state.organisation_id, ListCount.list_id == state.id, ListCount.number != 0
        )
    ).all()
    stretches = 1 + max([len(state.edges), *(row.stretch for row in rows)])
    found: dict[int, list[int]] = {}
    for stretch, cell, number in rows:
        found.setdefault(cell, [0] * stretches)[stretch] = number
    return Numbers(found)


def _mark_now(session: Session, state: ListState) -> int | None:
    """Asked after the numbers were read: whoever changed them meanwhile has drawn another."""
    return session.scalar(
        select(ListState.mark).where(ListState.organisation_id == state.organisation_id, ListState.id == state.id)
    )
