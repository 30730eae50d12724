"""From an answer to what it adds, fast: every answer that an item of choices allows is looked up.

Weight and score by the key are kept as one complex number (real and imaginary part), so that one addition carries
both. Only complete answers are looked up; everything else goes the slow and general way of `CompiledItem.part`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from scoring.compiled.items import BEST_WORST, LIKERT, PICK_ONE, RATE_EACH, CompiledItem, profile_part

Reader = tuple[Callable[[Any], Any], Callable[[Any], complex | None]]
"""What takes the interesting part of an answer, and what says how much that adds; None for an odd answer."""


def reader_of(item: CompiledItem) -> Reader:
    """What reads complete answers to this item."""
    return _READERS.get(item.format, _profile)(item)


def _best_worst(item: CompiledItem) -> Reader:
    pairs = [(best, worst) for best in item.options for worst in item.options]
    table = {pair: _whole(item, {"best": pair[0], "worst": pair[1]}) for pair in pairs}
    return itemgetter("best", "worst"), table.get


def _pick_one(item: CompiledItem) -> Reader:
    return itemgetter("choice"), {option: _whole(item, {"choice": option}) for option in item.options}.get


def _likert(item: CompiledItem) -> Reader:
    assert item.scale is not None
    points = range(item.scale[0], item.scale[1] + 1)
    return itemgetter("value"), {point: _whole(item, {"value": point}) for point in points}.get


def _whole(item: CompiledItem, answer: Mapping[str, Any]) -> complex:
    part = item.part(answer)
    return complex(part.weight, part.key)


def _profile(item: CompiledItem) -> Reader:
    field, sign = ("ratings", 1.0) if item.format == RATE_EACH else ("ranks", -1.0)
    take = itemgetter(*item.options)

    def read(given: Mapping[str, Any]) -> complex | None:
        weight, key, _, complete = profile_part(item, take(given), sign)
        return complex(weight, key) if complete else None

    return itemgetter(field), read


_READERS: dict[str, Callable[[CompiledItem], Reader]] = {
    BEST_WORST: _best_worst,
    PICK_ONE: _pick_one,
    LIKERT: _likert,
}
