"""What stands in a booklet, as plain values for the typesetter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from questionnaires.booklet.words import WORDS
from questionnaires.definition import STATEMENTS, Item, Option, Questionnaire, ResponseFormat, Scale

Plain = dict[str, Any]
_HAND_MARKED = (ResponseFormat.BEST_WORST, ResponseFormat.PICK_ONE)


class BookletRefused(ValueError):
    """A booklet that cannot be printed; the message says why."""


def booklet(questionnaire: Questionnaire, form: str, language: str) -> Plain:
    """Return what a person gets to fill in.

    Raises
    ------
    BookletRefused
        Where there is no such form or language, or texts are withheld.
    """
    items = _printable(questionnaire, form, language)
    numbers = {item.id: place for place, item in enumerate(items, start=1)}
    formats = dict.fromkeys(item.format.value for item in (*questionnaire.practice, *items))
    words = WORDS[language]
    return _front(questionnaire, form, language) | {
        "kind": "booklet",
        "description": questionnaire.descriptions.get(language, ""),
        "minutes": _minutes(questionnaire, language),
        "how": [words[f"how_{name}"] for name in formats] + [words["how_correct"]],
        "practice": [_asked(item, 0, language) for item in questionnaire.practice],
        "sections": [
            {
                "title": questionnaire.section(name).titles.get(language, ""),
                "introduction": questionnaire.section(name).introductions.get(language, ""),
                "items": [
                    _asked(questionnaire.item(each), numbers[each], language)
                    for each in questionnaire.section(name).item_ids
                ],
            }
            for name in questionnaire.form(form).section_ids
        ],
    }


def key_booklet(questionnaire: Questionnaire, form: str, language: str) -> Plain:
    """Return what those who mark the booklets get: marking sheet, key and reasons.

    Raises
    ------
    BookletRefused
        As in `booklet`, and where no item of the form has a key.
    """
    items = _printable(questionnaire, form, language)
    if not any(item.keyed for item in items):
        raise BookletRefused(f"form {form} of {questionnaire.name} has no key, so there is no key to print")
    numbered = list(enumerate(items, start=1))
    who = ", ".join(dict.fromkeys(_named(item.key_set_by, language) for item in items if item.key_set_by))
    return _front(questionnaire, form, language) | {
        "kind": "key",
        "set_by": WORDS[language]["key_set_by"] % {"who": who} if who else "",
        "picks": any(item.format is ResponseFormat.PICK_ONE for item in items),
        "by_program": any(item.options and item.keyed and item.format not in _HAND_MARKED for item in items),
        "sheet": [
            _sheet_row(item, number, language)
            for number, item in numbered
            if item.keyed and item.format in _HAND_MARKED
        ],
        "most_options": max(len(item.options) for item in items),
        "reasons": [_reasoned(questionnaire, item, number, language) for number, item in numbered],
    }


def _printable(questionnaire: Questionnaire, form: str, language: str) -> tuple[Item, ...]:
    known = [each.id for each in questionnaire.forms]
    if form not in known:
        raise BookletRefused(f"{questionnaire.name} has no form {form}; it has {', '.join(known)}")
    if language not in questionnaire.languages:
        offered = ", ".join(questionnaire.languages)
        raise BookletRefused(f"{questionnaire.name} is not written in {language}, but in {offered}")
    if language not in WORDS:
        raise BookletRefused(f"booklets have no words of their own in {language}, only in {', '.join(WORDS)}")
    items = questionnaire.items_of(form)
    withheld = [item.id for item in (*questionnaire.practice, *items) if item.withheld]
    if withheld:
        raise BookletRefused(f"the texts of {', '.join(withheld)} are withheld, so there is nothing to print")
    return items


def _front(questionnaire: Questionnaire, form: str, language: str) -> Plain:
    first = questionnaire.languages[0]
    return {
        "language": language,
        "words": WORDS[language],
        "title": questionnaire.titles[language],
        "name": questionnaire.name,
        "version": questionnaire.version,
        "form": form,
        "texts_identity": questionnaire.texts_identity[:12],
        "said_in": {name: language if name in questionnaire.statements else first for name in STATEMENTS},
    } | {name: questionnaire.statement(name, language) for name in STATEMENTS}


def _minutes(questionnaire: Questionnaire, language: str) -> str:
    minutes = questionnaire.time_allowance_minutes
    return WORDS[language]["minutes"] % {"minutes": minutes} if minutes else ""


def _asked(item: Item, number: int, language: str) -> Plain:
    return {
        "number": number,
        "format": item.format.value,
        "title": item.titles.get(language, ""),
        "scene": item.scenes.get(language, ""),
        "stem": item.stems[language],
        "indicators": [indicator.texts[language] for indicator in item.indicators],
        "options": [_lettered(place, option, language) for place, option in enumerate(item.options)],
        "points": list(_points(item.scale, language)) if item.scale else [],
        "not_observed": item.not_observed.get(language, ""),
    }


def _lettered(place: int, option: Option, language: str) -> Plain:
    return {"letter": letter(place), "text": option.texts[language]}


def letter(place: int) -> str:
    """Return the letter of an option by its place from 0: a to z, then aa, ab."""
    return chr(97 + place) if place < 26 else chr(96 + place // 26) + chr(97 + place % 26)


def _points(scale: Scale, language: str) -> Iterator[Plain]:
    labels: Mapping[int, str] = scale.labels.get(language, {})
    anchors: Mapping[int, str] = scale.anchors.get(language, {})
    for point in scale.points:
        yield {"point": point, "label": labels.get(point, ""), "anchor": anchors.get(point, "")}


def _means(item: Item) -> list[float]:
    return [option.key.mean for option in item.options if option.key]


def _named(who: str, language: str) -> str:
    """Return who set a key; the library says "authors", which has a word in each language."""
    return WORDS[language].get(f"set_by_{who}", who)


def _number(value: float, language: str) -> str:
    return f"{value:.1f}".replace(".", WORDS[language]["decimal"])


def _sheet_row(item: Item, number: int, language: str) -> Plain:
    means = _means(item)
    return {
        "number": number,
        "keys": [_number(mean, language) for mean in means],
        "range": _number(max(means) - min(means), language),
        "both": item.format is ResponseFormat.BEST_WORST,
    }


def _reasoned(questionnaire: Questionnaire, item: Item, number: int, language: str) -> Plain:
    facets = questionnaire.facet_names
    named = {code: facets.get(code, {}).get(language, code) for code in (item.facet, item.second_facet) if code}
    return {
        "number": number,
        "title": item.titles.get(language, "") or item.stems[language],
        "facet": named.get(item.facet or "", ""),
        "second_facet": named.get(item.second_facet or "", ""),
        "note": _note(item, language),
        "options": [_explained(place, item, option, language) for place, option in enumerate(item.options)],
    }


def _note(item: Item, language: str) -> str:
    words = WORDS[language]
    if not item.keyed:
        return words["no_key"]
    if item.format is ResponseFormat.LIKERT:
        return words["agree_up" if item.direction > 0 else "agree_down"]
    return ""


def _explained(place: int, item: Item, option: Option, language: str) -> Plain:
    mean = option.key.mean if option.key else None
    means = _means(item)
    rank = "" if mean is None else "best" if mean == max(means) else "worst" if mean == min(means) else ""
    return _lettered(place, option, language) | {
        "mean": "" if mean is None else _number(mean, language),
        "rank": rank,
        "reason": option.key.reason.get(language, "") if option.key else "",
    }
