"""Answers of very many people to numbers, each different answer worked out once.

The rows are those of `scoring.encoding.AnswerEncoder`, to the last bit: each answer is written by the encoder when it
is first met, and copied from then on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from scoring.encoding import UNKNOWN_KEY, AnswerEncoder, Encoded
from scoring.key import Answer

ELSEWHERE = -1
"""The position of an answer to no item of this form."""


@dataclass
class _Met:
    """The different answers to one item that were met; the first of them is none at all."""

    columns: list[np.ndarray] = field(default_factory=list)
    key_scores: list[float] = field(default_factory=list)
    complete: list[bool] = field(default_factory=list)


class ManyEncoder:
    """Encodes people whose answers come again and again; make one for some thousands of people.

    Parameters
    ----------
    left_out
        Items whose answers are not looked at.
    """

    def __init__(self, encoder: AnswerEncoder, left_out: Collection[str] = ()) -> None:
        self.encoder = encoder
        self._left_out = frozenset(left_out)
        self._met = [_Met() for _ in encoder.items]
        self._given: list[tuple[str, Answer]] = []
        self._where: list[tuple[int, int]] = []
        for position in range(len(encoder.items)):
            self._keep(position, None)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {item.id: place for place, item in enumerate(self.encoder.items) if item.id not in self._left_out}

    def code(self, item_id: str, answer: Answer) -> int:
        """Return the number under which this answer is known from now on; ask once for each different answer."""
        position = self._positions.get(item_id, ELSEWHERE)
        row = ELSEWHERE
        if position != ELSEWHERE:
            row = self._keep(position, answer)
        self._given.append((item_id, answer))
        self._where.append((position, row))
        return len(self._where) - 1

    def _keep(self, position: int, answer: Answer | None) -> int:
        met, block = self._met[position], self.encoder.blocks[position]
        columns = np.zeros(block.stop - block.start)
        score, fully = self.encoder.write(position, answer, columns)
        met.columns.append(columns)
        met.key_scores.append(score)
        met.complete.append(fully)
        return len(met.columns) - 1

    def encode(self, people: Sequence[Sequence[int]]) -> Encoded:
        """Encode people (n), each by the numbers of the answers given, in any order."""
        rows = self._rows(people)
        X = np.zeros((len(people), self.encoder.n_columns))
        key_scores = np.full(rows.shape, np.nan)
        complete = np.zeros(len(people))
        for position, (block, met) in enumerate(zip(self.encoder.blocks, self._met, strict=True)):
            mine = rows[:, position]
            X[:, block.columns] = np.array(met.columns)[mine]
            key_scores[:, position] = np.array(met.key_scores)[mine]
            complete += np.array(met.complete)[mine]
        encoded = Encoded(X, key_scores, complete / rows.shape[1] if rows.shape[1] else complete)
        if self.encoder.keyed:
            X[:, 0] = np.nan_to_num(encoded.key_totals, nan=UNKNOWN_KEY)
        return encoded

    def _rows(self, people: Sequence[Sequence[int]]) -> np.ndarray:
        """Which of an item's answers each person (n) gave to each item: (n, items), 0 for none."""
        rows = np.zeros((len(people), len(self.encoder.items)), dtype=np.int64)
        codes = np.fromiter((code for person in people for code in person), dtype=np.int64)
        if not len(codes):
            return rows
        person = np.repeat(np.arange(len(people)), [len(each) for each in people])
        position, row = np.array(self._where, dtype=np.int64)[codes].T
        here = position != ELSEWHERE
        rows[person[here], position[here]] = row[here]
        return rows

    def answers_of(self, person: Sequence[int]) -> dict[str, Any]:
        """The answers behind these numbers, by item, those to items of other forms too."""
        return dict(self._given[code] for code in person)
