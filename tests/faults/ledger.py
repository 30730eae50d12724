"""The count: every acknowledged answer is there exactly once, and none after the close."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.faults.visitors import Acknowledged, Visitor, as_text
from webapp.records import Answer, AnswerRevision, Sitting
from webapp.services.acknowledge import answer_code


@dataclass(frozen=True)
class Tally:
    """What was said to be saved, and what is there."""

    acknowledged: int = 0
    found: int = 0
    lost: int = 0
    twice: int = 0
    gaps: int = 0
    after_close: int = 0
    false_codes: int = 0
    unasked: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(one + two for one, two in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def faults(self) -> dict[str, int]:
        return {name: number for name, number in vars(self).items() if name not in ("acknowledged", "found") and number}

    def holds(self) -> Tally:
        assert self.acknowledged, "nothing was acknowledged, so nothing was tried"
        assert not self.faults, self
        return self


TALLIES: list[tuple[str, str, Tally]] = []
"""Fault, database and count of each test of this run, for the table at its end."""


def count(session: Session, visitors: Iterable[Visitor], secret: str) -> Tally:
    session.rollback()
    session.expire_all()
    return sum((_of_one(session, each, secret) for each in visitors), Tally())


def _of_one(session: Session, visitor: Visitor, secret: str) -> Tally:
    sitting = session.scalars(select(Sitting).where(Sitting.id == visitor.sitting_id)).one()
    answers = session.scalars(select(Answer).where(Answer.sitting_id == sitting.id)).all()
    history = session.scalars(
        select(AnswerRevision).where(AnswerRevision.sitting_id == sitting.id).order_by(AnswerRevision.revision)
    ).all()
    there = Counter((row.item_id, row.revision, as_text(row.value)) for row in history)
    told = set(visitor.acknowledged)
    found = {each for each in told if there[(each.item, each.revision, each.value)]}
    present = {row.item_id for row in answers}
    return Tally(
        acknowledged=len(told),
        found=len(found),
        lost=len(told) - len(found) + len({each.item for each in told} - present),
        twice=_twice(answers, history),
        gaps=_gaps(answers, history),
        after_close=sum(_is_late(sitting, row) for row in history),
        false_codes=sum(not _is_true(secret, sitting, each) for each in told if each.code),
        unasked=sum((row.item_id, as_text(row.value)) not in visitor.sent for row in history),
    )


def _twice(answers: Sequence[Answer], history: Sequence[AnswerRevision]) -> int:
    """Questions with two answers, revisions that are there twice, saves that made two revisions."""
    kinds = (
        Counter(row.item_id for row in answers),
        Counter((row.item_id, row.revision) for row in history),
        Counter((row.item_id, row.save_key) for row in history if row.save_key),
    )
    return sum(number - 1 for kind in kinds for number in kind.values())


def _gaps(answers: Sequence[Answer], history: Sequence[AnswerRevision]) -> int:
    """Questions whose history is not 1, 2, 3 ... up to the answer that stands."""
    revisions: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in history:
        revisions[row.item_id].append((row.revision, as_text(row.value)))
    stands = {row.item_id: (row.revision, as_text(row.value)) for row in answers}
    wrong = [
        item
        for item, made in revisions.items()
        if [number for number, _value in made] != list(range(1, len(made) + 1)) or stands.get(item) != made[-1]
    ]
    return len(wrong) + len(stands.keys() - revisions.keys())


def _is_late(sitting: Sitting, row: AnswerRevision) -> bool:
    ends = [at for at in (sitting.deadline_at, sitting.submitted_at) if at is not None]
    return bool(ends) and row.saved_at >= min(ends)


def _is_true(secret: str, sitting: Sitting, told: Acknowledged) -> bool:
    value: Any = json.loads(told.value)
    return told.code == answer_code(secret, sitting.id, told.item, told.revision, value)
