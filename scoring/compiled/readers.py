"""From an answer to what it adds, fast: every answer that an item of choices allows is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scoring.compiled.items import BEST_WORST, LIKERT, PICK_ONE, RATE_EACH, CompiledItem, Part, profile_part

Reader = Callable[[Mapping[str, Any]], Part]


def reader_of(item: CompiledItem) -> Reader:
    """What reads answers to this item; agrees with `CompiledItem.part`, which it asks about odd answers."""
    return _BUILDERS.get(item.format, _profile)(item)


def _best_worst(item: CompiledItem) -> Reader:
    choices = (*item.options, None)
    table = {(best, worst): item.part({"best": best, "worst": worst}) for best in choices for worst in choices}
    find = table.get

    def read(answer: Mapping[str, Any]) -> Part:
        get = answer.get
        return find((get("best"), get("worst"))) or item.part(answer)

    return read


def _pick_one(item: CompiledItem) -> Reader:
    return _one_field(item, "choice", (*item.options, None))


def _likert(item: CompiledItem) -> Reader:
    assert item.scale is not None
    return _one_field(item, "value", (*range(item.scale[0], item.scale[1] + 1), None))


def _one_field(item: CompiledItem, field: str, values: tuple[object, ...]) -> Reader:
    table = {value: item.part({field: value}) for value in values}
    find = table.get

    def read(answer: Mapping[str, Any]) -> Part:
        return find(answer.get(field)) or item.part(answer)

    return read


def _profile(item: CompiledItem) -> Reader:
    field, sign = ("ratings", 1.0) if item.format == RATE_EACH else ("ranks", -1.0)
    options = item.options

    def read(answer: Mapping[str, Any]) -> Part:
        given = answer.get(field)
        return profile_part(item, [given.get(option) for option in options] if given else (), sign)

    return read


_BUILDERS: dict[str, Callable[[CompiledItem], Reader]] = {
    BEST_WORST: _best_worst,
    PICK_ONE: _pick_one,
    LIKERT: _likert,
}
