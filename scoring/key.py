"""Item scores and the key total: what a rational key alone says about a person.

The key gives every option an effectiveness from 1 to 5. An item's raw score is, by format:

=============  ================================================================
``best_worst``  effectiveness of the best minus that of the worst
``pick_one``    effectiveness of the choice
``rate_each``   correlation, within the person, of the ratings with the key
``rank``        the same with the ranks, 1 being the best
``likert``      the value, signed by the item's direction
``open_text``   collected, not scored
=============  ================================================================

The key total is the mean of the answered items, each brought to 0..1 by its own range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from questionnaires.definition import Item, Questionnaire, ResponseFormat

REQUIRED_SHARE = 0.8
"""Below this share of answered items nobody gets a score."""

Answer = Mapping[str, object]


@dataclass(frozen=True)
class KeyTotal:
    """The key total and what it rests on.

    ``value`` lies in 0..1 and is None where no keyed item was answered. ``answered`` and ``asked`` count
    all items that can be scored, keyed or not.
    """

    value: float | None
    answered: int
    asked: int

    @property
    def enough(self) -> bool:
        """Whether at least 80 % of the items were answered."""
        return self.asked > 0 and self.answered >= REQUIRED_SHARE * self.asked - 1e-9


def scorable_items(questionnaire: Questionnaire, form_id: str | None = None) -> tuple[Item, ...]:
    """Return the items of a form (of the first form when None) that can enter a score."""
    form = form_id or questionnaire.forms[0].id
    return tuple(i for i in questionnaire.items_of(form) if i.format is not ResponseFormat.OPEN_TEXT)


def effectiveness(item: Item) -> Mapping[str, float]:
    """Return the key's effectiveness per option id; empty for an item without a key."""
    return {option.id: option.key.mean for option in item.options if option.key is not None}


def score_range(item: Item) -> tuple[float, float]:
    """Return the lowest and the highest raw score that the item allows."""
    if item.format is ResponseFormat.LIKERT:
        return _likert_range(item)
    if item.format in (ResponseFormat.RATE_EACH, ResponseFormat.RANK):
        return -1.0, 1.0
    values = effectiveness(item).values()
    low, high = min(values), max(values)
    return (low, high) if item.format is ResponseFormat.PICK_ONE else (low - high, high - low)


def _likert_range(item: Item) -> tuple[float, float]:
    assert item.scale is not None
    ends = sorted((item.direction * item.scale.minimum, item.direction * item.scale.maximum))
    return float(ends[0]), float(ends[1])


def item_score(item: Item, answer: Answer | None) -> float | None:
    """Return the raw score of one answer by the key.

    None where the item has no key, is not scored, or was not answered completely. A person who rates all
    options alike agrees with no key: the correlation is then taken as 0.
    """
    if not answer or not item.keyed:
        return None
    return _SCORERS[item.format](item, answer)


def standardised_score(item: Item, answer: Answer | None) -> float | None:
    """Return the item score brought to 0..1 by the item's own range; None as in `item_score`.

    An item whose key does not tell its options apart has no range and is left out (None).
    """
    raw = item_score(item, answer)
    if raw is None:
        return None
    low, high = score_range(item)
    return (raw - low) / (high - low) if high > low else None


def key_total(items: Sequence[Item], answers: Mapping[str, Answer]) -> KeyTotal:
    """Return the key total of one person over ``items`` (see the module's text)."""
    scores = [standardised_score(item, answers.get(item.id)) for item in items]
    known = [score for score in scores if score is not None]
    answered = sum(answered_fully(item, answers.get(item.id)) for item in items)
    return KeyTotal(sum(known) / len(known) if known else None, answered, len(items))


def answered_fully(item: Item, answer: Answer | None) -> bool:
    """Whether the answer holds everything that the format asks for."""
    if not answer:
        return False
    return _COMPLETE[item.format](item, answer)


def _score_best_worst(item: Item, answer: Answer) -> float | None:
    key = effectiveness(item)
    best, worst = answer.get("best"), answer.get("worst")
    if best not in key or worst not in key:
        return None
    return key[str(best)] - key[str(worst)]


def _score_pick_one(item: Item, answer: Answer) -> float | None:
    return effectiveness(item).get(str(answer.get("choice")))


def _score_likert(item: Item, answer: Answer) -> float | None:
    value = answer.get("value")
    return None if value is None else float(item.direction * value)  # type: ignore[operator]


def _score_profile(field: str, sign: float) -> Callable[[Item, Answer], float | None]:
    def score(item: Item, answer: Answer) -> float | None:
        given = _numbers(answer, field)
        if any(option not in given for option in item.option_ids):
            return None
        key = effectiveness(item)
        ours = np.array([key[option] for option in item.option_ids])
        theirs = sign * np.array([given[option] for option in item.option_ids])
        return correlation(ours, theirs)

    return score


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson correlation of two short vectors, 0 where one of them is constant."""
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 1e-12 else 0.0


def _numbers(answer: Answer, field: str) -> dict[str, float]:
    values = answer.get(field) or {}
    return {str(k): float(v) for k, v in values.items() if v is not None}  # type: ignore[attr-defined]


def _has(*fields: str) -> Callable[[Item, Answer], bool]:
    return lambda item, answer: all(answer.get(field) not in (None, "") for field in fields)


def _has_all(field: str) -> Callable[[Item, Answer], bool]:
    return lambda item, answer: set(item.option_ids) <= set(_numbers(answer, field))


_SCORERS: Mapping[ResponseFormat, Callable[[Item, Answer], float | None]] = {
    ResponseFormat.BEST_WORST: _score_best_worst,
    ResponseFormat.PICK_ONE: _score_pick_one,
    ResponseFormat.RATE_EACH: _score_profile("ratings", 1.0),
    ResponseFormat.RANK: _score_profile("ranks", -1.0),
    ResponseFormat.LIKERT: _score_likert,
}

_COMPLETE: Mapping[ResponseFormat, Callable[[Item, Answer], bool]] = {
    ResponseFormat.BEST_WORST: _has("best", "worst"),
    ResponseFormat.PICK_ONE: _has("choice"),
    ResponseFormat.RATE_EACH: _has_all("ratings"),
    ResponseFormat.RANK: _has_all("ranks"),
    ResponseFormat.LIKERT: _has("value"),
    ResponseFormat.OPEN_TEXT: _has("text"),
}
