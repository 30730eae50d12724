"""One handler for each response format: its columns, how its cells are read and written, what is valid.

A canonical answer is a small dictionary that can be kept as JSON:

==============  =========================================
best_worst      ``{"best": "a", "worst": "c"}``
pick_one        ``{"choice": "b"}``
likert          ``{"value": 4}``
rate_each       ``{"ratings": {"a": 3, "b": 5}}``
rank            ``{"ranks": {"a": 1, "b": 2}}``, 1 = best
open_text       ``{"text": "..."}``
==============  =========================================

An empty dictionary is an item left out; any part may be missing while somebody is still answering.
A likert item that offers it may be answered ``{"not_observed": true}``: a complete answer without a value, so that
it is never scored, and written ``x`` in a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from questionnaires.definition import Item, ResponseFormat
from questionnaires.words import Sentence, say

Answer = dict[str, Any]
Tell = Callable[[str, str, str], None]
"""Called with column, message and remedy for each fault."""
Outside = Callable[[int, int, int], Sentence]
"""Says that a number is outside the points from the lowest to the highest."""

LONGEST_TEXT = 10_000
_NOT_OBSERVED = ("x", "X", "х", "Х")  # the last two are Cyrillic, the same key on a Russian keyboard
_WHOLE = re.compile(r"([+-]?[0-9]{1,9})(?:[.,]0+)?")

NOT_UNDERSTOOD = say("This answer was not understood. Please answer again.")
UNKNOWN_OPTION = say("Choose one of the reactions shown.")
SAME_TWICE = say("Choose two different reactions: one as the best and another as the worst.")
OFF_SCALE = say("Choose a point of the scale shown.")
RANK_TWICE = say("Give each rank once; 1 is the best.")
TOO_LONG = say("Write at most 10,000 characters.")
MESSAGES = (NOT_UNDERSTOOD, UNKNOWN_OPTION, SAME_TWICE, OFF_SCALE, RANK_TWICE, TOO_LONG)
"""Every message that `problems` can return, so that a site can translate them."""


class Handler(Protocol):
    """What every response format can do."""

    def columns(self, item: Item) -> list[str]: ...

    def read(self, item: Item, cells: Mapping[str, str], tell: Tell) -> Answer: ...

    def write(self, item: Item, answer: Mapping[str, Any]) -> dict[str, str]: ...

    def problems(self, item: Item, answer: Mapping[str, Any]) -> list[str]: ...

    def is_complete(self, item: Item, answer: Mapping[str, Any]) -> bool: ...


@lru_cache(maxsize=4096)
def whole_number(text: str) -> int | None:
    """Return the whole number in a cell (``4``, ``4.0`` or ``4,0``), None where there is none."""
    match = _WHOLE.fullmatch(text)
    return int(match.group(1)) if match else None


def _option_code(item: Item, cell: str) -> str | None:
    """Return the option that a cell names; statistics programs write the code 1 as 1.0."""
    if cell in item.option_ids:
        return cell
    number = whole_number(cell)
    return str(number) if number is not None and str(number) in item.option_ids else None


def _read_option(item: Item, column: str, cell: str, tell: Tell) -> str | None:
    code = _option_code(item, cell) if cell else None
    if cell and code is None:
        message = say('"%(cell)s" is not an option of %(item)s.', cell=_shown(cell), item=item.id)
        known = ", ".join(item.option_ids)
        tell(column, message, say("Write one of %(options)s, or leave it empty.", options=known))
    return code


def _read_point(
    column: str, cell: str, points: range, outside: Outside, tell: Tell, *, unseen: bool = False
) -> int | None:
    if not cell:
        return None
    number = whole_number(cell)
    if number in points:
        return number
    low, high = points.start, points.stop - 1
    odd = say('"%(cell)s" is not a whole number.', cell=_shown(cell)) if number is None else outside(number, low, high)
    mend = (
        say("Write a whole number from %(low)s to %(high)s, x for “could not observe”, or nothing.", low=low, high=high)
        if unseen
        else say("Write a whole number from %(low)s to %(high)s, or leave it empty.", low=low, high=high)
    )
    tell(column, odd, mend)
    return None


def _outside_scale(number: int, low: int, high: int) -> Sentence:
    return say("%(number)s is outside the scale from %(low)s to %(high)s.", number=number, low=low, high=high)


def _outside_ranks(number: int, low: int, high: int) -> Sentence:
    return say("%(number)s is outside the ranks from %(low)s to %(high)s.", number=number, low=low, high=high)


def _shown(cell: str) -> str:
    return cell if len(cell) <= 40 else cell[:37] + "..."


def _is_point(value: object, points: range) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in points


def _points(item: Item) -> range:
    """Return the points of an item's scale; for ranks, 1 to the number of options."""
    if item.format is ResponseFormat.RANK:
        return range(1, len(item.options) + 1)
    return item.scale.points if item.scale else range(0)


class _Choices:
    """best_worst and pick_one: every field of the answer names an option."""

    def __init__(self, **columns: str) -> None:
        self.suffixes = columns

    def columns(self, item: Item) -> list[str]:
        return [item.id + suffix for suffix in self.suffixes.values()]

    def read(self, item: Item, cells: Mapping[str, str], tell: Tell) -> Answer:
        answer = {
            name: code
            for name, suffix in self.suffixes.items()
            if (code := _read_option(item, item.id + suffix, cells.get(item.id + suffix, ""), tell))
        }
        if SAME_TWICE in self.problems(item, answer):
            message = say(
                "%(option)s is given as the best and as the worst of %(item)s.", option=answer["worst"], item=item.id
            )
            tell(f"{item.id}.worst", message, say("Write two different options, or leave one cell empty."))
        return answer

    def write(self, item: Item, answer: Mapping[str, Any]) -> dict[str, str]:
        return {item.id + suffix: answer.get(name, "") for name, suffix in self.suffixes.items()}

    def problems(self, item: Item, answer: Mapping[str, Any]) -> list[str]:
        if set(answer) - set(self.suffixes):
            return [NOT_UNDERSTOOD]
        chosen = list(answer.values())
        if any(each not in item.option_ids for each in chosen):
            return [UNKNOWN_OPTION]
        return [SAME_TWICE] if len(set(chosen)) < len(chosen) else []

    def is_complete(self, item: Item, answer: Mapping[str, Any]) -> bool:
        return set(answer) == set(self.suffixes)


class _PerOption:
    """rate_each and rank: a number for every option."""

    def __init__(self, field: str, outside: Outside, *, distinct: bool) -> None:
        self.field, self.outside, self.distinct = field, outside, distinct

    def columns(self, item: Item) -> list[str]:
        return [f"{item.id}.{option}" for option in item.option_ids]

    def read(self, item: Item, cells: Mapping[str, str], tell: Tell) -> Answer:
        points = _points(item)
        numbers: dict[str, int] = {}
        for option, column in zip(item.option_ids, self.columns(item), strict=True):
            number = _read_point(column, cells.get(column, ""), points, self.outside, tell)
            if number is not None:
                self._refuse_repeated(item, numbers, number, column, tell)
                numbers[option] = number
        return {self.field: numbers} if numbers else {}

    def _refuse_repeated(self, item: Item, given: dict[str, int], number: int, column: str, tell: Tell) -> None:
        if self.distinct and number in given.values():
            other = next(option for option, rank in given.items() if rank == number)
            message = say(
                "Rank %(rank)s of %(item)s is given to %(option)s already.", rank=number, item=item.id, option=other
            )
            tell(column, message, RANK_TWICE)

    def write(self, item: Item, answer: Mapping[str, Any]) -> dict[str, str]:
        numbers = answer.get(self.field, {})
        return {f"{item.id}.{option}": str(numbers.get(option, "")) for option in item.option_ids}

    def problems(self, item: Item, answer: Mapping[str, Any]) -> list[str]:
        numbers = answer.get(self.field, {})
        if set(answer) - {self.field} or not isinstance(numbers, Mapping):
            return [NOT_UNDERSTOOD]
        if set(numbers) - set(item.option_ids):
            return [UNKNOWN_OPTION]
        if not all(_is_point(number, _points(item)) for number in numbers.values()):
            return [OFF_SCALE]
        repeated = len(set(numbers.values())) < len(numbers)
        return [RANK_TWICE] if self.distinct and repeated else []

    def is_complete(self, item: Item, answer: Mapping[str, Any]) -> bool:
        return set(answer.get(self.field, {})) == set(item.option_ids)


class _Likert:
    """A point on a labelled scale, or "could not observe" where that is offered."""

    def columns(self, item: Item) -> list[str]:
        return [item.id]

    def read(self, item: Item, cells: Mapping[str, str], tell: Tell) -> Answer:
        cell = cells.get(item.id, "")
        if item.not_observed and cell in _NOT_OBSERVED:
            return {"not_observed": True}
        value = _read_point(item.id, cell, _points(item), _outside_scale, tell, unseen=bool(item.not_observed))
        return {} if value is None else {"value": value}

    def write(self, item: Item, answer: Mapping[str, Any]) -> dict[str, str]:
        return {item.id: _NOT_OBSERVED[0] if "not_observed" in answer else str(answer.get("value", ""))}

    def problems(self, item: Item, answer: Mapping[str, Any]) -> list[str]:
        if "not_observed" in answer:
            right = bool(item.not_observed) and len(answer) == 1 and answer["not_observed"] is True
            return [] if right else [NOT_UNDERSTOOD]
        if set(answer) - {"value"}:
            return [NOT_UNDERSTOOD]
        return [] if not answer or _is_point(answer["value"], _points(item)) else [OFF_SCALE]

    def is_complete(self, item: Item, answer: Mapping[str, Any]) -> bool:
        return bool(answer)


class _OpenText:
    """A person's own words: collected, not scored."""

    def columns(self, item: Item) -> list[str]:
        return [item.id]

    def read(self, item: Item, cells: Mapping[str, str], tell: Tell) -> Answer:
        text = cells.get(item.id, "")
        if len(text) > LONGEST_TEXT:
            message = say("This text has %(n)s characters.", n=len(text))
            tell(item.id, message, say("Shorten it to 10,000 characters."))
        return {"text": text} if text else {}

    def write(self, item: Item, answer: Mapping[str, Any]) -> dict[str, str]:
        return {item.id: answer.get("text", "")}

    def problems(self, item: Item, answer: Mapping[str, Any]) -> list[str]:
        text = answer.get("text", "")
        if set(answer) - {"text"} or not isinstance(text, str):
            return [NOT_UNDERSTOOD]
        return [TOO_LONG] if len(text) > LONGEST_TEXT else []

    def is_complete(self, item: Item, answer: Mapping[str, Any]) -> bool:
        return bool(answer.get("text", "").strip())


HANDLERS: dict[ResponseFormat, Handler] = {
    ResponseFormat.BEST_WORST: _Choices(best=".best", worst=".worst"),
    ResponseFormat.PICK_ONE: _Choices(choice=""),
    ResponseFormat.RATE_EACH: _PerOption("ratings", _outside_scale, distinct=False),
    ResponseFormat.RANK: _PerOption("ranks", _outside_ranks, distinct=True),
    ResponseFormat.LIKERT: _Likert(),
    ResponseFormat.OPEN_TEXT: _OpenText(),
}
