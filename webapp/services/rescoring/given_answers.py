"""The saved answers of some thousands of people, read in one query, each different answer understood once."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, Text, cast, func, literal, select, type_coerce
from sqlalchemy.orm import Session

from webapp.records import Answer

WITHIN, BETWEEN = "\x1f", "\x1e"
"""Signs that neither a question's name nor JSON can hold."""


def read_answers(session: Session, organisation_id: uuid.UUID, sittings: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Each sitting's answers in one text; whoever skipped everything is not among them."""
    rows = session.execute(_joined(session, organisation_id, sittings)).all()
    return {sitting: text for sitting, text in rows if text}


def _joined(session: Session, organisation_id: uuid.UUID, sittings: Sequence[uuid.UUID]) -> Select[uuid.UUID, str]:
    # As text: to understand a million times two dozen documents takes longer than all the scoring.
    postgres = session.get_bind().dialect.name == "postgresql"
    value = cast(Answer.value, Text) if postgres else type_coerce(Answer.value, Text)
    one = Answer.item_id.op("||")(literal(WITHIN)).op("||")(value)
    return (
        select(Answer.sitting_id, func.aggregate_strings(type_coerce(one, Text), BETWEEN))
        .where(Answer.organisation_id == organisation_id, Answer.sitting_id.in_(sittings), Answer.value.is_not(None))
        .group_by(Answer.sitting_id)
    )


class Understood:
    """Answers of people who are scored together: the number of each, and its part of the text that is sealed."""

    def __init__(self, code: Callable[[str, dict[str, Any]], int]) -> None:
        self._code = code
        self._known: dict[str, tuple[int, str]] = {}

    def read(self, text: str) -> tuple[list[int], str]:
        """The numbers of somebody's answers, and their SHA-256 in the one fixed writing."""
        parts = text.split(BETWEEN) if text else []
        # Questions in order of their names, which is the order of the fixed writing.
        parts.sort()
        known = self._known
        try:
            found = [known[part] for part in parts]
        except KeyError:
            found = [known.get(part) or self._learn(part) for part in parts]
        return [code for code, _written in found], sealed([written for _code, written in found])

    def _learn(self, part: str) -> tuple[int, str]:
        item, _sign, value = part.partition(WITHIN)
        answer = json.loads(value)
        self._known[part] = self._code(item, answer), f"{_written(item)}:{_written(answer)}"
        return self._known[part]


def sealed(parts: Sequence[str]) -> str:
    """As `score_sitting.answers_hash` seals the same answers."""
    return hashlib.sha256(f"{{{','.join(parts)}}}".encode()).hexdigest()


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
