"""What each item adds to the scores of many people at once, from coded answers (see `scoring.compiled.coding`).

An item of choices is one table, looked up once a person: its entries are complex numbers, so that one look-up
and one addition carry both the weight (real part) and the score by the key (imaginary part). The imaginary part
is not-a-number wherever an answer is missing or impossible; the few people concerned are then added up again,
with all that the missing answers say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from scoring.compiled.coding import fields_of, highest
from scoring.compiled.items import BEST_WORST, LIKERT, PICK_ONE, RANK, RATE_EACH, STILL, CompiledItem, Part
from scoring.errors import ScoringError

BASE = 256
"""Codes of the best and the worst option stand beside each other in two bytes."""


class Adder(Protocol):
    """Adds up what answers to one item add."""

    @property
    def item(self) -> CompiledItem: ...

    def add(self, codes: np.ndarray, total: np.ndarray, work: np.ndarray) -> None:
        """Add to ``total`` (n,) complex, not-a-number in the imaginary part where ``whole`` has to be asked."""

    def whole(self, codes: np.ndarray) -> np.ndarray:
        """All that answers add (n, 4): the fields of `Part`, not-a-number where a code is impossible."""


def adder_of(item: CompiledItem) -> Adder:
    """What adds up answers to this item."""
    return Profiles(item) if item.format in (RATE_EACH, RANK) else Choices.of(item)


@dataclass(frozen=True)
class Choices:
    """``best_worst``, ``pick_one`` and ``likert``: every answer is looked up.

    ``parts`` has shape (entries, 4), ``table`` the same entries as complex numbers; the last entry stands for
    every code that is too high.
    """

    item: CompiledItem
    parts: np.ndarray
    table: np.ndarray

    @classmethod
    def of(cls, item: CompiledItem) -> Choices:
        entries = _entries(item)
        parts = np.full((max(entries) + 2, 4), np.nan)
        for index, part in entries.items():
            parts[index] = part
        table = np.empty(len(parts), dtype=complex)
        table.real, table.imag = parts[:, 0], np.where(parts[:, 3] == 1.0, parts[:, 1], np.nan)
        return cls(item, parts, table)

    def add(self, codes: np.ndarray, total: np.ndarray, work: np.ndarray) -> None:
        self.table.take(_index(codes), out=work, mode="clip")
        total += work

    def whole(self, codes: np.ndarray) -> np.ndarray:
        return self.parts.take(_index(codes), axis=0, mode="clip")


def _index(codes: np.ndarray) -> np.ndarray:
    if codes.ndim == 1:
        return codes.astype(np.intp)
    if codes.dtype == np.uint8 and codes.strides[1] == 1:
        return codes.view("<u2")[:, 0].astype(np.intp)
    return codes[:, 0].astype(np.intp) + BASE * codes[:, 1].astype(np.intp)


def _entries(item: CompiledItem) -> dict[int, Part]:
    if item.format == BEST_WORST:
        places = list(enumerate((None, *item.options)))
        return {b + BASE * w: item.part({"best": best, "worst": worst}) for b, best in places for w, worst in places}
    if item.format == PICK_ONE:
        return {code: item.part({"choice": option}) for code, option in enumerate((None, *item.options))}
    assert item.format == LIKERT
    assert item.scale is not None
    points = (None, *range(item.scale[0], item.scale[1] + 1))
    return {code: item.part({"value": point}) for code, point in enumerate(points)}


@dataclass(frozen=True)
class Profiles:
    """``rate_each`` and ``rank``: numbers that count by their place within the person."""

    item: CompiledItem

    def add(self, codes: np.ndarray, total: np.ndarray, work: np.ndarray) -> None:
        parts = self.whole(codes)
        total.real += parts[:, 0]
        total.imag += np.where(parts[:, 3] == 1.0, parts[:, 1], np.nan)

    def whole(self, codes: np.ndarray) -> np.ndarray:
        known = codes > 0
        count = np.maximum(known.sum(axis=1), 1)
        values = np.where(known, codes, 0).astype(float)
        sign = 1.0 if self.item.format == RATE_EACH else -1.0
        centred = sign * np.where(known, values - (values.sum(axis=1) / count)[:, None], 0.0)
        squares = (centred * centred).sum(axis=1)
        complete = np.asarray(known.all(axis=1))
        key, scored = self._agreement(centred, squares, complete)
        result = np.column_stack([self._weight(centred, squares, count, complete), key, scored, complete])
        result[(codes > highest(self.item)).any(axis=1)] = np.nan
        return result

    def _weight(self, centred: np.ndarray, squares: np.ndarray, count: np.ndarray, complete: np.ndarray) -> np.ndarray:
        k, weights = len(self.item.options), np.array(self.item.weights)
        spread = np.sqrt(squares / count)
        z = np.divide(centred, spread[:, None], out=np.zeros_like(centred), where=(spread > STILL)[:, None])
        weight = z @ weights[:k]
        if self.item.format == RATE_EACH:
            weight = weight + np.abs(z) @ weights[k : 2 * k]
        return np.where(complete, weight, weight + weights[-1])

    def _agreement(
        self, centred: np.ndarray, squares: np.ndarray, complete: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        if self.item.key_range is None:
            return np.zeros(len(centred)), np.zeros(len(centred))
        ours = np.array(self.item.centred_key)
        scale = np.sqrt((ours @ ours) * squares)
        agreement = np.divide(centred @ ours, scale, out=np.zeros(len(centred)), where=scale > STILL)
        low, width = self.item.key_range
        return np.where(complete, (agreement - low) / width, 0.0), complete.astype(float)


def checked(item: CompiledItem, codes: np.ndarray, n: int | None) -> np.ndarray:
    """Codes of one item's answers in the shape and kind that the tables read.

    Raises
    ------
    ScoringError
        Where they are no whole numbers, negative, too large, or not as many as the item has fields.
    """
    codes = np.asarray(codes)
    fields = fields_of(item)
    shape = (len(codes), fields) if fields > 1 or item.format in (RATE_EACH, RANK) else (len(codes),)
    if codes.shape != shape or (n is not None and len(codes) != n):
        raise ScoringError(
            f"Item {item.id}: codes of shape {codes.shape}, but {n if n is not None else 'n'} people with {fields} "
            f"codes each are needed. Code the answers as `scoring.compiled.coding` says."
        )
    if codes.dtype == np.uint8:
        return codes
    if codes.dtype.kind not in "iu" or (codes.size and (codes.min() < 0 or codes.max() > np.iinfo(np.int16).max)):
        raise ScoringError(f"Item {item.id}: codes are whole numbers from 0 on. Use 0 for what was not given.")
    if item.format == BEST_WORST and codes.size and codes.max() >= BASE:
        raise ScoringError(f"Item {item.id}: a code is higher than the item has options.")
    return codes
