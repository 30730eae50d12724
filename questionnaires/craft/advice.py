"""Advice on how a questionnaire is written: what a good item should be, as far as a program can tell.

The advice follows what makes situational items weak: the best answer is the longest one, or the one
with more to it, or the one with the kind adverb; a scene that takes too long to read; a translation
much longer than its original. Advice never stops a questionnaire from being used.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from questionnaires.craft.figures import (
    LanguageFigures,
    best_of,
    figures,
    key_of,
    positions,
    words,
    worst_of,
)
from questionnaires.definition import Item, Questionnaire

LONGEST_STEM = 45
LONGEST_OPTION = 16
LENGTH_RATIO = (0.7, 1.5)
CORRELATION = 0.2
SHARE_ABOVE_CHANCE = 0.2
CLEARLY_BEST = 0.3
DISAGREEING = 1.2
FEWEST_ITEMS = 6
"""Shares and places are judged from this many items on: below, chance explains anything."""

_ALL_OF_THE_ABOVE = {
    "en": r"\b(all|none|any|both) of (the above|these|them)\b",
    "ru": r"\b(вс[её]|ничего|ни одно) (из )?(выше)?перечисленно",
    "lt": r"\b(vis[iaų]\w*|nė vien\w*|nieko) (iš )?(to, kas )?(aukščiau|išvardyt|išvardint|paminėt)",
}
_VIRTUOUS_ADVERBS = {
    "en": r"\b(politely|immediately|sincerely|kindly|patiently|gladly|honestly|warmly)\b",
    "ru": r"\b(вежливо|немедленно|искренне|терпеливо|доброжелательно|честно|охотно)\b",
    "lt": r"\b(mandagiai|nedelsiant|nedelsdam\w+|nuoširdžiai|kantriai|maloniai|sąžiningai|mielai)\b",
}
_FOREIGN_QUOTES = {"ru": '"“”', "lt": '"”«»'}
_OWN_QUOTES = {"ru": "«…»", "lt": "„…“"}


@dataclass(frozen=True)
class Finding:
    """One piece of advice. ``severity`` is ``advice`` (worth changing) or ``note`` (worth knowing)."""

    severity: str
    where: str
    message: str


def check(questionnaire: Questionnaire) -> list[Finding]:
    """Return advice on how a questionnaire is written; [] where there is nothing to say."""
    found = [finding for rule in _RULES for finding in rule(questionnaire)]
    for language in questionnaire.languages:
        found += _about_language(figures(questionnaire, language))
    return sorted(found, key=lambda finding: finding.severity)


def _texts_of(item: Item, language: str) -> Iterator[tuple[str, str]]:
    """Yield where each text of an item stands, and the text."""
    if language in item.stems:
        yield f"{item.id}, stem, {language}", item.stems[language]
    for option in item.options:
        if language in option.texts:
            yield f"{item.id}, option {option.id}, {language}", option.texts[language]


def _all_texts(questionnaire: Questionnaire) -> Iterator[tuple[str, str, str]]:
    for language in questionnaire.languages:
        for item in questionnaire.items:
            for where, text in _texts_of(item, language):
                yield language, where, text


def _lengths(questionnaire: Questionnaire) -> Iterator[Finding]:
    for _, where, text in _all_texts(questionnaire):
        most = LONGEST_STEM if ", stem, " in where else LONGEST_OPTION
        if words(text) > most:
            yield Finding("advice", where, f"has {words(text)} words; {most} are enough")


def _phrases(questionnaire: Questionnaire) -> Iterator[Finding]:
    for language, where, text in _all_texts(questionnaire):
        if _search(_ALL_OF_THE_ABOVE, language, text):
            yield Finding("advice", where, "names the other options together; each option should stand alone")
        adverb = _search(_VIRTUOUS_ADVERBS, language, text) if ", option " in where else None
        if adverb:
            message = f"shows the virtue in an adverb ({adverb.group(0)}); show it in the act"
            yield Finding("advice", where, message)
        if set(_FOREIGN_QUOTES.get(language, "")) & set(text):
            yield Finding("advice", where, f"has foreign quotation marks; write {_OWN_QUOTES[language]}")


def _search(patterns: dict[str, str], language: str, text: str) -> re.Match[str] | None:
    return re.search(patterns[language], text, re.IGNORECASE) if language in patterns else None


def _length_ratios(questionnaire: Questionnaire) -> Iterator[Finding]:
    first, *others = questionnaire.languages
    for item in questionnaire.items:
        lengths = {each: sum(len(text) for _, text in _texts_of(item, each)) for each in (first, *others)}
        for language in others:
            if not lengths[first] or not lengths[language]:
                continue
            ratio = lengths[language] / lengths[first]
            if not LENGTH_RATIO[0] <= ratio <= LENGTH_RATIO[1]:
                message = f"is {ratio:.2f} times as long as in {first}; {LENGTH_RATIO[0]} to {LENGTH_RATIO[1]} is usual"
                yield Finding("advice", f"{item.id}, {language}", message)


def _repeated_stems(questionnaire: Questionnaire) -> Iterator[Finding]:
    for language in questionnaire.languages:
        seen: dict[str, str] = {}
        for item in questionnaire.items:
            stem = " ".join(item.stems.get(language, "").lower().split())
            if stem and stem in seen:
                yield Finding("advice", f"{item.id}, stem, {language}", f"is the same as that of {seen[stem]}")
            seen.setdefault(stem, item.id)


def _clear_keys(questionnaire: Questionnaire) -> Iterator[Finding]:
    for item in questionnaire.items:
        if not item.options or not item.keyed:
            continue
        ranked = sorted((key_of(option) for option in item.options), reverse=True)
        if ranked[0] - ranked[1] < CLEARLY_BEST:
            yield Finding("advice", item.id, f"the best option is only {ranked[0] - ranked[1]:.2f} above the next")
        if item.generous_option == best_of(item).id:
            yield Finding("advice", item.id, "the most generous option is the best; the test rewards giving all")


def _panel(questionnaire: Questionnaire) -> Iterator[Finding]:
    for item in questionnaire.items:
        for option in item.options:
            if option.key and (option.key.spread or 0) > DISAGREEING:
                message = f"the panel disagrees (spread {option.key.spread}); drop or rewrite it"
                yield Finding("advice", f"{item.id}, option {option.id}", message)
    keyed = [item for item in questionnaire.items if item.options and item.keyed]
    if keyed and all(option.key and option.key.spread is None for item in keyed for option in item.options):
        message = "no panel has judged the options, and every report will say so"
        yield Finding("note", "the key", message)


def _labels(questionnaire: Questionnaire) -> Iterator[Finding]:
    for item in questionnaire.items:
        if item.withheld or item.scale is None:
            continue
        ends = {item.scale.minimum, item.scale.maximum}
        unnamed = [each for each in questionnaire.languages if not ends <= set(item.scale.labels.get(each, {}))]
        if unnamed:
            message = f"the ends of the scale have no labels in {', '.join(unnamed)}"
            yield Finding("advice", item.id, message)


def _places(questionnaire: Questionnaire) -> Iterator[Finding]:
    for name, choose in (("best", best_of), ("worst", worst_of)):
        counts = positions(questionnaire, choose)
        total = sum(counts.values())
        place, most = counts.most_common(1)[0] if counts else (0, 0)
        if total >= FEWEST_ITEMS and most > total / 2:
            message = f"the {name} option stands at place {place} in {most} of {total} items; spread it"
            yield Finding("advice", "the order in the file", message)


def _runs(questionnaire: Questionnaire) -> Iterator[Finding]:
    """A facet asked many times in a row shows what is being measured."""
    for form in questionnaire.forms:
        facets = [item.facet for item in questionnaire.items_of(form.id) if item.facet]
        same = sum(first == second for first, second in pairwise(facets))
        expected = Counter(facets)
        if 1 < len(expected) < len(facets) and len(facets) >= FEWEST_ITEMS and same == len(facets) - len(expected):
            message = "all items of a facet stand together; mix them, so that the purpose shows less"
            yield Finding("advice", f"form {form.id}", message)


def _about_language(seen: LanguageFigures) -> Iterator[Finding]:
    if seen.items < FEWEST_ITEMS:
        return
    where = f"all items, {seen.language}"
    if seen.length_with_key is not None and abs(seen.length_with_key) > CORRELATION:
        longer = "longer" if seen.length_with_key > 0 else "shorter"
        message = f"better options are {longer} (r = {seen.length_with_key:+.2f}); even the lengths out"
        yield Finding("advice", where, message)
    for share, name in ((seen.best_is_longest, "longest"), (seen.best_is_shortest, "shortest")):
        if share is not None and share > seen.chance + SHARE_ABOVE_CHANCE:
            yield Finding("advice", where, f"the best option is the {name} in {share:.0%} of items")
    if (seen.best_has_and or 0) > (seen.others_have_and or 0) + SHARE_ABOVE_CHANCE:
        message = f"{seen.best_has_and:.0%} of the best options hold an “and”, {seen.others_have_and:.0%} of the others"
        yield Finding("advice", where, message)
    best, others = seen.best_give_reasons or 0, seen.others_give_reasons or 0
    if abs(best - others) > SHARE_ABOVE_CHANCE:
        message = f"{best:.0%} of the best options give a reason for themselves, {others:.0%} of the others"
        yield Finding("advice", where, f"{message}; an excuse gives a bad reaction away")


_RULES: tuple[Callable[[Questionnaire], Iterator[Finding]], ...] = (
    _lengths,
    _phrases,
    _length_ratios,
    _repeated_stems,
    _clear_keys,
    _panel,
    _labels,
    _places,
    _runs,
)
