"""Answers as small whole numbers: 0 for what was not given, 1 and up for options and points in their order.

======================  ==========================================================================
``best_worst``          (n, 2): place of the best option, place of the worst
``pick_one``            (n,): place of the option
``likert``              (n,): place of the point on the scale, 1 for its lowest
``rate_each``           (n, options): place on the scale of each option's rating, 1 for its lowest
``rank``                (n, options): each option's rank, 1 for the best
======================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from scoring.compiled.items import BEST_WORST, LIKERT, PICK_ONE, RANK, RATE_EACH, CompiledItem
from scoring.compiled.model import Answers, CompiledModel
from scoring.errors import ScoringError


def code_answers(model: CompiledModel, people: Sequence[Answers]) -> list[np.ndarray]:
    """Code canonical answers: one array for each item, (n,) or (n, fields), of bytes wherever codes fit.

    Raises
    ------
    ScoringError
        Where a rating or point is not on the item's scale, or not a whole number.
    """
    return [_coded(item, [answers.get(item.id) or {} for answers in people]) for item in model.items]


def _coded(item: CompiledItem, answers: Sequence[Mapping[str, Any]]) -> np.ndarray:
    code = _CODERS[item.format]
    rows = [code(item, answer) for answer in answers]
    codes = np.array(rows, dtype=np.int64).reshape(len(rows), -1) if rows else np.zeros((0, fields_of(item)), np.int64)
    top = highest(item)
    if rows and (codes.max() > top or codes.min() < 0):
        row = int(np.flatnonzero((codes > top).any(axis=1) | (codes < 0).any(axis=1))[0])
        raise ScoringError(
            f"Row {row + 1}, item {item.id}: a rating or point is not on the scale. Check answers before coding them."
        )
    narrow = codes.astype(np.uint8 if top < 256 else np.int16)
    return narrow if item.format not in (PICK_ONE, LIKERT) else np.ascontiguousarray(narrow[:, 0])


def fields_of(item: CompiledItem) -> int:
    """How many codes an answer to this item has."""
    if item.format == BEST_WORST:
        return 2
    return len(item.options) if item.format in (RATE_EACH, RANK) else 1


def highest(item: CompiledItem) -> int:
    """The highest code that an answer to this item can have."""
    if item.format in (LIKERT, RATE_EACH):
        assert item.scale is not None
        return item.scale[1] - item.scale[0] + 1
    return len(item.options)


def _place(item: CompiledItem, choice: object) -> int:
    return item.options.index(choice) + 1 if choice in item.options else 0


def _point(low: int, value: Any) -> int:
    if value is None:
        return 0
    code = float(value) - low + 1
    return int(code) if code == int(code) and code >= 1 else -1


def _code_best_worst(item: CompiledItem, answer: Mapping[str, Any]) -> list[int]:
    return [_place(item, answer.get("best")), _place(item, answer.get("worst"))]


def _code_pick_one(item: CompiledItem, answer: Mapping[str, Any]) -> list[int]:
    return [_place(item, answer.get("choice"))]


def _code_likert(item: CompiledItem, answer: Mapping[str, Any]) -> list[int]:
    assert item.scale is not None
    return [_point(item.scale[0], answer.get("value"))]


def _code_profile(item: CompiledItem, answer: Mapping[str, Any]) -> list[int]:
    given = answer.get("ratings" if item.format == RATE_EACH else "ranks") or {}
    low = item.scale[0] if item.format == RATE_EACH and item.scale else 1
    return [_point(low, given.get(option)) for option in item.options]


_CODERS: dict[str, Callable[[CompiledItem, Mapping[str, Any]], list[int]]] = {
    BEST_WORST: _code_best_worst,
    PICK_ONE: _code_pick_one,
    LIKERT: _code_likert,
    RATE_EACH: _code_profile,
    RANK: _code_profile,
}
