"""One item of a compiled model: plain numbers, and what an answer to it adds to a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any, NamedTuple

STILL = 1e-12
"""Ratings that vary less than this are all alike."""

BEST_WORST, PICK_ONE, LIKERT, RATE_EACH, RANK = "best_worst", "pick_one", "likert", "rate_each", "rank"


class Part(NamedTuple):
    """What one answer adds.

    ``weight`` is the sum of the coefficients of its columns; ``key`` its score by the key in 0..1, and ``known``
    1, or both 0 where the key says nothing; ``complete`` is 1 for an answer that counts as given.
    """

    weight: float
    key: float
    known: int
    complete: int


@dataclass(frozen=True)
class CompiledItem:
    """The numbers of one item.

    Attributes
    ----------
    id, facet, format
        As in the questionnaire.
    options : tuple of str
        Option ids in the questionnaire's order; empty for likert.
    weights : tuple of float
        Coefficients of the item's columns, in the order of `scoring.encoding`: for ``best_worst`` those of each
        option as the best and of no best, then the same for the worst; for ``pick_one`` of each option and of
        none; for ``likert`` of value, strength and none; for ``rate_each`` of each option's rating, of each
        rating's strength and of an incomplete answer; for ``rank`` of each option and of an incomplete answer.
    key : tuple of float or None
        The key's effectiveness of each option; None without one.
    scale : (int, int) or None
        Lowest and highest point of a likert or rating scale.
    direction : int
        Sign of a likert item by the key; 0 for none.
    """

    id: str
    facet: str | None
    format: str
    options: tuple[str, ...]
    weights: tuple[float, ...]
    key: tuple[float, ...] | None = None
    scale: tuple[int, int] | None = None
    direction: int = 0

    @cached_property
    def key_range(self) -> tuple[float, float] | None:
        """Lowest score by the key and the distance to the highest; None where the key tells no answers apart."""
        ends = _KEY_ENDS[self.format](self)
        return (ends[0], ends[1] - ends[0]) if ends and ends[1] > ends[0] else None

    @property
    def keyed(self) -> bool:
        """Whether a complete answer has a score by the key."""
        return self.key_range is not None

    def part(self, answer: Mapping[str, Any]) -> Part:
        """What an answer adds; the slow and general way."""
        return _PARTS[self.format](self, answer)

    def scored(self, raw: float) -> tuple[float, int]:
        """A raw score by the key, brought to 0..1, and 1; zeros where the key tells no answers apart."""
        if self.key_range is None:
            return 0.0, 0
        low, width = self.key_range
        return (raw - low) / width, 1

    @cached_property
    def centred_key(self) -> tuple[float, ...]:
        """The key without its mean, (n_options,)."""
        key = self.key or ()
        mean = sum(key) / len(key)
        return tuple(each - mean for each in key)


def _choice_ends(item: CompiledItem) -> tuple[float, float] | None:
    if item.key is None:
        return None
    low, high = min(item.key), max(item.key)
    return (low, high) if item.format == PICK_ONE else (low - high, high - low)


def _likert_ends(item: CompiledItem) -> tuple[float, float] | None:
    if not item.direction or item.scale is None:
        return None
    ends = sorted(float(item.direction * end) for end in item.scale)
    return ends[0], ends[1]


def _profile_ends(item: CompiledItem) -> tuple[float, float] | None:
    return None if item.key is None else (-1.0, 1.0)


_KEY_ENDS: dict[str, Callable[[CompiledItem], tuple[float, float] | None]] = {
    BEST_WORST: _choice_ends,
    PICK_ONE: _choice_ends,
    LIKERT: _likert_ends,
    RATE_EACH: _profile_ends,
    RANK: _profile_ends,
}


def _given(value: object) -> bool:
    return value is not None and value != ""


def _position(item: CompiledItem, choice: object) -> int:
    """Place of an option; the one behind the last for what is none."""
    return item.options.index(choice) if choice in item.options else len(item.options)


def _best_worst(item: CompiledItem, answer: Mapping[str, Any]) -> Part:
    best, worst = answer.get("best"), answer.get("worst")
    n, one, other = len(item.options), _position(item, best), _position(item, worst)
    key: tuple[float, int] = (0.0, 0)
    if item.key is not None and one < n and other < n:
        key = item.scored(item.key[one] - item.key[other])
    return Part(item.weights[one] + item.weights[n + 1 + other], *key, int(_given(best) and _given(worst)))


def _pick_one(item: CompiledItem, answer: Mapping[str, Any]) -> Part:
    choice = answer.get("choice")
    place = _position(item, choice)
    known = item.key is not None and place < len(item.options)
    key = item.scored(item.key[place]) if known else (0.0, 0)  # type: ignore[index]
    return Part(item.weights[place], *key, int(_given(choice)))


def _likert(item: CompiledItem, answer: Mapping[str, Any]) -> Part:
    value = answer.get("value")
    if value is None:
        return Part(item.weights[2], 0.0, 0, 0)
    assert item.scale is not None
    low, high = item.scale
    place = (2.0 * float(value) - low - high) / (high - low)
    return Part(item.weights[0] * place + item.weights[1] * abs(place), *item.scored(item.direction * value), 1)


def _profile(field: str, sign: float) -> Callable[[CompiledItem, Mapping[str, Any]], Part]:
    def part(item: CompiledItem, answer: Mapping[str, Any]) -> Part:
        given = answer.get(field)
        values = [given.get(option) for option in item.options] if isinstance(given, Mapping) else []
        return profile_part(item, values, sign)

    return part


def profile_part(item: CompiledItem, values: Sequence[Any], sign: float) -> Part:
    """What ratings or ranks, one for each option or None, add: they count by their place within the person."""
    known = [(place, float(value)) for place, value in enumerate(values) if value is not None]
    if not known:
        return Part(item.weights[-1], 0.0, 0, 0)
    n, k = len(known), len(item.options)
    mean = sum([value for _, value in known]) / n
    centred = [(place, sign * (value - mean)) for place, value in known]
    spread = sqrt(sum([value * value for _, value in centred]) / n)
    weight = 0.0
    if spread > STILL:
        weight = sum([item.weights[place] * value for place, value in centred])
        if item.format == RATE_EACH:
            weight += sum([item.weights[k + place] * abs(value) for place, value in centred])
        weight /= spread
    if n < k:
        return Part(weight + item.weights[-1], 0.0, 0, 0)
    return Part(weight, *_agreement(item, [value for _, value in centred]), 1)


def _agreement(item: CompiledItem, centred: Sequence[float]) -> tuple[float, int]:
    """Correlation of a whole profile with the key, brought to 0..1; no agreement where either is flat."""
    if item.key is None:
        return 0.0, 0
    ours = item.centred_key
    scale = sqrt(sum([a * a for a in ours]) * sum([b * b for b in centred]))
    product = sum([a * b for a, b in zip(ours, centred, strict=True)])
    return item.scored(product / scale if scale > STILL else 0.0)


_PARTS: dict[str, Callable[[CompiledItem, Mapping[str, Any]], Part]] = {
    BEST_WORST: _best_worst,
    PICK_ONE: _pick_one,
    LIKERT: _likert,
    RATE_EACH: _profile("ratings", 1.0),
    RANK: _profile("ranks", -1.0),
}
FORMATS = tuple(_PARTS)


def width_of(format_: str, options: int) -> int:
    """How many coefficients an item of this format has."""
    return {
        BEST_WORST: 2 * options + 2,
        PICK_ONE: options + 1,
        LIKERT: 3,
        RATE_EACH: 2 * options + 1,
        RANK: options + 1,
    }[format_]


def complete_answers(item: CompiledItem) -> list[dict[str, object]]:
    """Every complete answer to an item of choices or of one point; none for ratings and ranks, which are too many."""
    if item.format == BEST_WORST:
        return [{"best": b, "worst": w} for b in item.options for w in item.options if b != w]
    if item.format == PICK_ONE:
        return [{"choice": option} for option in item.options]
    if item.format == LIKERT and item.scale is not None:
        return [{"value": point} for point in range(item.scale[0], item.scale[1] + 1)]
    return []
