"""The standard that questionnaires of the product's own library are held to, stricter than the advice of `craft`.

It is for instruments of situations whose options carry a key. What is said of forms is said of each form and
language by itself: a form is what one person is given. Instruments without keyed options (ratings, surveys) are held
only to what concerns any text. A version that a newer one has superseded is not held to rules that came after it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from questionnaires.craft.advice import LENGTH_RATIO, Finding
from questionnaires.craft.figures import best_of, figures, positions, worst_of
from questionnaires.craft.forms import differences
from questionnaires.craft.reading import LIX_BANDS, in_band, lix, read_at_once
from questionnaires.definition import FACETS, Item, Questionnaire

CORRELATION = 0.1
BEST_IS_LONGEST = 0.30
PLACES_APART = 3
TOUCHPOINTS = ("advertising", "site", "product", "support", "logistics")
TOUCHPOINT_SHARE = 8
"""A form has at least one item in this many at every touchpoint."""
SAME_ROLE = 2
GAP = 0.6
"""The least distance between the best option's key and the next, and between the worst's and the one above it."""

_NEGATION = re.compile(  # “for nothing” says free of charge and denies nothing
    r"\b(?<!for )(?:not|no|never|nobody|nothing|none|nowhere|neither|nor|cannot|without|hardly|\w+n[’']t)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[.,;:!?()“”–—]|\b(?:and|but|or|because|that|which|who|so|since|when|while|if|until|before|after|as|than|nor)\b",
    re.IGNORECASE,
)
Found = Iterator[Finding]


def against_standard(questionnaire: Questionnaire) -> list[Finding]:
    """Return everything in which a questionnaire falls short of the library's standard; [] where it meets it.

    The standard, for every form and every language: all texts, keys and reasons are there; the entry says who wrote
    it, who reviewed it, under which licence and what changed; an item and each of its stems and options is 0.7
    to 1.5 times as long as in every other language; the correlation of an option's length with its key is within
    `CORRELATION`, raw and within items; the best option is the longest in at most `BEST_IS_LONGEST` of the items; best
    and worst options stand within `PLACES_APART` items of equally often at every place; no English clause negates
    twice; every item reads within the LIX band of its language; every facet, touchpoint and many roles are there;
    items of ``balance`` mark a generous option that is not the best; forms are matched. Repeated stems and "all of
    the above" are in the advice of `craft.check` already.
    """
    return [finding for rule in _RULES for finding in rule(questionnaire)]


def _finding(where: str, message: str) -> Finding:
    return Finding("standard", where, message)


def _situations(questionnaire: Questionnaire, form: str | None = None) -> list[Item]:
    items = questionnaire.items if form is None else questionnaire.items_of(form)
    return [item for item in items if item.options and not item.withheld]


def _form_has_situations(questionnaire: Questionnaire) -> Iterator[tuple[str, list[Item]]]:
    for form in questionnaire.forms:
        if items := _situations(questionnaire, form.id):
            yield form.id, items


def _entry_is_whole(questionnaire: Questionnaire) -> Found:
    said = {
        "authorship": questionnaire.authorship,
        "review": questionnaire.review_status,
        "licence": questionnaire.licence,
        "history": questionnaire.history,
        "description": questionnaire.descriptions,
    }
    for name, value in said.items():
        if not value:
            yield _finding(name, "is missing; every entry of the library says it")


def _texts_are_complete(questionnaire: Questionnaire) -> Found:
    for item in questionnaire.items:
        if item.withheld:
            yield _finding(item.id, "its texts are withheld, so nobody can be asked")
            continue
        for option in item.options:
            if option.key is None:
                yield _finding(f"{item.id}, option {option.id}", "has no key")
            else:
                yield from _reason_is_complete(questionnaire, item, option.id, option.key.reason)
        if item.options and not item.titles:
            yield _finding(item.id, "has no title")


def _reason_is_complete(questionnaire: Questionnaire, item: Item, option: str, reason: Mapping[str, str]) -> Found:
    missing = [language for language in questionnaire.languages if language not in reason]
    if missing:
        yield _finding(f"{item.id}, option {option}", f"the key has no reason in {', '.join(missing)}")


def _lengths_agree(questionnaire: Questionnaire) -> Found:
    for item in _situations(questionnaire):
        parts = {"stem": item.stems} | {f"option {option.id}": option.texts for option in item.options}
        for name, texts in parts.items():
            yield from _ratios(f"{item.id}, {name}", {language: len(text) for language, text in texts.items()})
        yield from _ratios(item.id, {each: len(read_at_once(item, each)) for each in questionnaire.languages})


def _ratios(where: str, lengths: Mapping[str, int]) -> Found:
    for one, two in combinations(lengths, 2):
        ratio = lengths[two] / lengths[one]
        if not LENGTH_RATIO[0] <= ratio <= LENGTH_RATIO[1] or not LENGTH_RATIO[0] <= 1 / ratio <= LENGTH_RATIO[1]:
            message = f"is {ratio:.2f} times as long in {two} as in {one}; stay within {LENGTH_RATIO[0]} and"
            yield _finding(where, f"{message} {LENGTH_RATIO[1]}, both ways")


def _length_tells_nothing(questionnaire: Questionnaire) -> Found:
    for form, _ in _form_has_situations(questionnaire):
        for language in questionnaire.languages:
            seen = figures(questionnaire, language, form)
            where = f"form {form}, {language}"
            for kind, value in (("within items", seen.length_with_key), ("raw", seen.raw_length_with_key)):
                if value is not None and abs(value) >= CORRELATION:
                    message = f"length goes with the key (r = {value:+.3f}, {kind}); stay below {CORRELATION}"
                    yield _finding(where, message)
            if (seen.best_is_longest or 0) > BEST_IS_LONGEST:
                message = f"the best option is the longest in {seen.best_is_longest:.0%} of items"
                yield _finding(where, f"{message}; {BEST_IS_LONGEST:.0%} is the most")


def _places_are_even(questionnaire: Questionnaire) -> Found:
    for form, items in _form_has_situations(questionnaire):
        places = max(len(item.options) for item in items)
        for name, choose in (("best", best_of), ("worst", worst_of)):
            counts = positions(questionnaire, choose, form)
            equal = sum(counts.values()) / places
            odd = [place for place in range(1, places + 1) if abs(counts[place] - equal) > PLACES_APART]
            for place in odd:
                message = (
                    f"the {name} option stands at place {place} in {counts[place]} items; equal would be {equal:g}"
                )
                yield _finding(f"form {form}", message)


def _nothing_is_negated_twice(questionnaire: Questionnaire) -> Found:
    for item in questionnaire.items:
        texts = {"stem": item.stems} | {f"option {option.id}": option.texts for option in item.options}
        for name, text in texts.items():
            for clause in _CLAUSE.split(text.get("en", "")):
                if len(_NEGATION.findall(clause)) > 1:
                    yield _finding(f"{item.id}, {name}, en", f"negates twice: “{clause.strip()}”; say it straight")


def _texts_read_easily(questionnaire: Questionnaire) -> Found:
    for item in _situations(questionnaire):
        for language in questionnaire.languages:
            value = lix(read_at_once(item, language))
            if not in_band(value, language):
                low, high = LIX_BANDS[language]
                remedy = "shorten its sentences and words" if value > high else "join its sentences"
                yield _finding(f"{item.id}, {language}", f"has LIX {value:.0f}, outside {low} to {high}; {remedy}")


def _everything_is_covered(questionnaire: Questionnaire) -> Found:
    for form, items in _form_has_situations(questionnaire):
        where = f"form {form}"
        facets = Counter(item.facet for item in items)
        for facet in FACETS:
            if facets[facet] * len(FACETS) != len(items):
                message = f"has {facets[facet]} of {len(items)} items on {facet}; every facet needs as many"
                yield _finding(where, message)
        for touchpoint in TOUCHPOINTS:
            here = sum(item.touchpoint == touchpoint for item in items)
            if here * TOUCHPOINT_SHARE < len(items):
                yield _finding(where, f"has {here} of {len(items)} items at {touchpoint}; one in {TOUCHPOINT_SHARE}")
        yield from _roles(where, items)


def _roles(where: str, items: list[Item]) -> Found:
    for role, count in Counter(item.role for item in items).items():
        if role is None or count > SAME_ROLE:
            message = (
                f"asks {role} {count} times; {SAME_ROLE} is the most" if role else f"has {count} items without a role"
            )
            yield _finding(where, message)
    for item in items:
        if item.second_facet is None:
            yield _finding(item.id, "notes no second facet; say which one its answers may show as well")


def _generosity_is_not_the_answer(questionnaire: Questionnaire) -> Found:
    for item in _situations(questionnaire):
        if item.facet != "balance" or not item.keyed:
            continue
        if item.generous_option is None:
            yield _finding(item.id, "marks no generous option; mark the one that gives most away")
        elif item.generous_option == best_of(item).id:
            yield _finding(item.id, "the generous option is the best; balance is what this item is about")


def _keys_are_clear(questionnaire: Questionnaire) -> Found:
    for item in _situations(questionnaire):
        ranked = sorted(option.key.mean for option in item.options if option.key)
        if len(ranked) < 3 or len(ranked) < len(item.options):
            continue
        gaps = {"best": ranked[-1] - ranked[-2], "worst": ranked[1] - ranked[0]}
        for end, gap in gaps.items():
            if gap < GAP - 1e-9:
                yield _finding(item.id, f"the {end} option is {gap:.1f} from the next; {GAP} is the least")


def _forms_are_matched(questionnaire: Questionnaire) -> Found:
    if _situations(questionnaire):
        for difference in differences(questionnaire):
            where, _, message = difference.partition(": ")
            yield _finding(where, f"{message}; match the forms")


_RULES: tuple[Callable[[Questionnaire], Found], ...] = (
    _entry_is_whole,
    _texts_are_complete,
    _lengths_agree,
    _length_tells_nothing,
    _places_are_even,
    _nothing_is_negated_twice,
    _texts_read_easily,
    _everything_is_covered,
    _generosity_is_not_the_answer,
    _keys_are_clear,
    _forms_are_matched,
)
