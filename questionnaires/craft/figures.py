"""Figures that show whether a questionnaire gives its own answers away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean

from questionnaires.definition import Item, Option, Questionnaire

AND_WORDS = {"en": r"\band\b", "ru": r"\bи\b", "lt": r"\bir\b"}
REASON_WORDS = {
    "en": r"\b(because|since|after all)\b",
    "ru": r"\b(потому что|так как|ведь|всё равно|поскольку)\b",
    "lt": r"\b(nes|kadangi|juk|vis tiek)\b",
}
"""Words that bring a reason; in a reaction it is often an excuse, and an excuse marks a bad reaction."""


@dataclass(frozen=True)
class LanguageFigures:
    """How the options of the keyed items look in one language; None where it cannot be told.

    ``length_with_key`` is the correlation of an option's length in characters with its key mean,
    both as deviations from their item's mean; ``raw_length_with_key`` is the same without taking the
    means off. The shares are over items: how often the best option
    is the longest or the shortest (``chance`` is what blind chance gives), and how often the best
    (and the other) options hold an "and" or a word that brings a reason.
    """

    language: str
    items: int
    chance: float
    length_with_key: float | None
    raw_length_with_key: float | None
    best_is_longest: float | None
    best_is_shortest: float | None
    best_has_and: float | None
    others_have_and: float | None
    best_give_reasons: float | None
    others_give_reasons: float | None
    longest_stem: int
    longest_option: int


def words(text: str) -> int:
    """Count the words of a text: runs of letters and digits, apostrophes and hyphens inside."""
    return len(re.findall(r"\w+(?:['’-]\w+)*", text))


def items_in(questionnaire: Questionnaire, form: str | None) -> tuple[Item, ...]:
    """Return the items of a form, or all items."""
    return questionnaire.items if form is None else questionnaire.items_of(form)


def keyed_items(questionnaire: Questionnaire, language: str, form: str | None = None) -> list[Item]:
    """Return the items (of a form) whose options all have both a key and a text in this language."""
    keyed = (item for item in items_in(questionnaire, form) if item.options and item.keyed)
    return [item for item in keyed if all(language in option.texts for option in item.options)]


def key_of(option: Option) -> float:
    """Return the key mean of an option of a keyed item."""
    if option.key is None:
        raise ValueError(f"option {option.id} has no key")
    return option.key.mean


def best_of(item: Item) -> Option:
    """Return the option with the highest key mean; the first one where several have it."""
    return max(item.options, key=key_of)


def worst_of(item: Item) -> Option:
    """Return the option with the lowest key mean; the first one where several have it."""
    return min(item.options, key=key_of)


def figures(questionnaire: Questionnaire, language: str, form: str | None = None) -> LanguageFigures:
    """Return how the options of all items, or of a form, look in one language."""
    asked = items_in(questionnaire, form)
    items = keyed_items(questionnaire, language, form)
    return LanguageFigures(
        language=language,
        items=len(items),
        chance=fmean(1 / len(item.options) for item in items) if items else 0.0,
        length_with_key=_length_with_key(items, language, _deviations),
        raw_length_with_key=_length_with_key(items, language, list),
        best_is_longest=_share(_is_extreme(item, language, max) for item in items),
        best_is_shortest=_share(_is_extreme(item, language, min) for item in items),
        best_has_and=_share(_has(AND_WORDS, best_of(item), language) for item in items),
        others_have_and=_share(_has(AND_WORDS, other, language) for item in items for other in _others(item)),
        best_give_reasons=_share(_has(REASON_WORDS, best_of(item), language) for item in items),
        others_give_reasons=_share(_has(REASON_WORDS, other, language) for item in items for other in _others(item)),
        longest_stem=max((words(stem) for stem in _stems(asked, language)), default=0),
        longest_option=max((words(text) for text in _option_texts(asked, language)), default=0),
    )


def _stems(items: Iterable[Item], language: str) -> Iterator[str]:
    return (item.stems[language] for item in items if language in item.stems)


def _option_texts(items: Iterable[Item], language: str) -> Iterator[str]:
    options = (option for item in items for option in item.options)
    return (option.texts[language] for option in options if language in option.texts)


def _others(item: Item) -> Iterator[Option]:
    return (option for option in item.options if option is not best_of(item))


def _share(truths: Iterable[bool]) -> float | None:
    listed = [float(truth) for truth in truths]
    return fmean(listed) if listed else None


def _is_extreme(item: Item, language: str, extreme: Callable[..., int]) -> bool:
    """Whether the best option alone is the longest (or the shortest)."""
    lengths = [len(option.texts[language]) for option in item.options]
    own = len(best_of(item).texts[language])
    return own == extreme(lengths) and lengths.count(own) == 1


def _has(patterns: Mapping[str, str], option: Option, language: str) -> bool:
    pattern = patterns.get(language)
    return bool(pattern and re.search(pattern, option.texts[language], re.IGNORECASE))


def _length_with_key(items: list[Item], language: str, within: Callable[[list[float]], list[float]]) -> float | None:
    lengths: list[float] = []
    keys: list[float] = []
    for item in items:
        lengths += within([float(len(option.texts[language])) for option in item.options])
        keys += within([key_of(option) for option in item.options])
    try:
        return correlation(lengths, keys)
    except StatisticsError:  # fewer than two options, or all alike
        return None


def _deviations(values: list[float]) -> list[float]:
    mean = fmean(values)
    return [value - mean for value in values]


def positions(questionnaire: Questionnaire, choose: Callable[[Item], Option], form: str | None = None) -> Counter[int]:
    """Count at which place of the file, from 1, the best or the worst options (of a form) stand."""
    items = [item for item in items_in(questionnaire, form) if item.options and item.keyed]
    return Counter(item.options.index(choose(item)) + 1 for item in items)
