"""A key set by a panel of experts: what they are asked, and the version of the questionnaire that holds their key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from questionnaires.definition import Item, Questionnaire, ResponseFormat
from questionnaires.exchange.document import document_of, yaml_text
from questionnaires.loading import load_text
from questionnaires.variants import CHOSEN, EFFECTIVENESS, as_rate_each

Document = dict[str, Any]
LEAST_OPTIONS = {ResponseFormat.PICK_ONE: 2}
"""How many options an item must keep; with two, a best and a worst one would be one choice, so others need three."""
ANOTHER = 3
REASON_STANDS_WITHIN = 1.0
"""What the authors wrote to justify their key goes with an option whose mean moved by a point or more."""


class NothingToRate(ValueError):
    """No item of the questionnaire has options that experts could rate."""


class NoKeyLeft(ValueError):
    """So many options are dropped that no item is left."""


@dataclass(frozen=True)
class PanelKey:
    """What a panel settled: mean and spread of every option that stays, by item.

    ``asked`` names all items that were rated; an item of these without enough options is left out.
    """

    experts: int
    day: str
    asked: frozenset[str]
    options: Mapping[str, Mapping[str, tuple[float, float]]]
    words: str = ""

    @property
    def set_by(self) -> str:
        return f"panel of {self.experts} experts, {self.day}"


def items_to_rate(questionnaire: Questionnaire) -> tuple[Item, ...]:
    """Return every item with options, with each option to be rated from 1 (very poor) to 5 (excellent).

    Raises
    ------
    NothingToRate
        Where there is none, its texts are withheld, or the questionnaire has a language in which we have no words.
    """
    rateable = [item for item in questionnaire.items if item.options and not item.withheld]
    if not rateable or not set(questionnaire.languages) <= set(EFFECTIVENESS.labels):
        raise NothingToRate(questionnaire.name)
    asked = questionnaire
    if any(item.format in CHOSEN for item in questionnaire.items):
        asked = as_rate_each(questionnaire)
    return tuple(_by_effectiveness(asked.item(item.id)) for item in rateable)


def awaits_panel(questionnaire: Questionnaire) -> bool:
    """Whether nothing in the questionnaire has a key and experts could set one."""
    if any(item.keyed for item in questionnaire.items):
        return False
    try:
        return bool(items_to_rate(questionnaire))
    except NothingToRate:
        return False


def _by_effectiveness(item: Item) -> Item:
    """Ask how good each option is, whatever the item asks of candidates."""
    return replace(item, format=ResponseFormat.RATE_EACH, scale=EFFECTIVENESS, instruction="knowledge")


def left_out_items(questionnaire: Questionnaire, key: PanelKey) -> tuple[str, ...]:
    """Return the rated items that lost options and keep too few to be asked."""
    rated = [item for item in questionnaire.items if item.id in key.asked]
    return tuple(item.id for item in rated if len(key.options.get(item.id, {})) < _least(item))


def _least(item: Item) -> int:
    return min(LEAST_OPTIONS.get(item.format, ANOTHER), len(item.options))


def keyed_by_panel(questionnaire: Questionnaire, version: str, key: PanelKey) -> Questionnaire:
    """Return the questionnaire as a new version whose key is the panel's.

    Dropped options are gone, and so are items that keep too few. Everything else stays: texts, facets, formats,
    the order of forms, and items that nobody rated, whose key goes on naming who set it.

    Parameters
    ----------
    questionnaire
        The version that the panel rated.
    version
        The new one's version.
    key
        What the panel settled.

    Raises
    ------
    NoKeyLeft
        Where no item is left.
    QuestionnaireError
        Where the result has faults.
    """
    gone = set(left_out_items(questionnaire, key))
    document = document_of(questionnaire)
    before = document.get("key_set_by")
    items = [_item(each, key, before) for each in document["items"] if each["id"] not in gone]
    if not any(item["id"] in key.asked for item in items):
        raise NoKeyLeft(questionnaire.name)
    changed = document | {
        "version": version,
        "key_set_by": key.set_by,
        "review": _review(questionnaire.languages, key),
        "history": [*document.get("history", []), {"version": version, "date": key.day, "note": _note(key, gone)}],
        "items": items,
    }
    if "practice" in document:
        changed["practice"] = [_set_by_as_before(item, before) for item in document["practice"]]
    return load_text(yaml_text(_without(changed, gone)), f"{questionnaire.name} {version}")


def _item(item: Document, key: PanelKey, before: str | None) -> Document:
    if item["id"] not in key.asked:
        return _set_by_as_before(item, before)
    settled = key.options[item["id"]]
    kept = {name: value for name, value in item.items() if name != "key_set_by"}
    kept["options"] = [_option(each, *settled[each["id"]]) for each in item["options"] if each["id"] in settled]
    if item.get("generous_option") not in settled:
        kept.pop("generous_option", None)
    return kept


def _set_by_as_before(item: Document, before: str | None) -> Document:
    keyed = any(option.get("key") is not None for option in item.get("options", ()))
    return item | {"key_set_by": before} if keyed and before and not item.get("key_set_by") else item


def _option(option: Document, mean: float, spread: float) -> Document:
    present = option.get("key") or {}
    key: Document = {"mean": round(mean, 2), "spread": round(spread, 2)}
    if "reason" in present and abs(present["mean"] - mean) < REASON_STANDS_WITHIN:
        key["reason"] = present["reason"]
    return option | {"key": key}


def _without(document: Document, gone: set[str]) -> Document:
    """Take items that are gone out of sections, then empty sections out of forms, then empty forms."""
    changed = dict(document)
    for holder, part in (("sections", "items"), ("forms", "sections")):
        if holder not in changed:
            break
        changed[holder] = [_less(each, part, gone) for each in changed[holder]]
        gone = {each["id"] for each in changed[holder] if not each[part]}
        changed[holder] = [each for each in changed[holder] if each[part]]
    return changed


def _less(holder: Document, part: str, gone: set[str]) -> Document:
    return holder | {part: [name for name in holder[part] if name not in gone]}


def _review(languages: tuple[str, ...], key: PanelKey) -> str | dict[str, str]:
    filled = {code: text.format(experts=key.experts, day=key.day) for code, text in _REVIEW.items()}
    return {code: filled[code] for code in languages} if set(languages) <= set(filled) else filled["en"]


def _note(key: PanelKey, gone: set[str]) -> str:
    said = f"Key set by a {key.set_by}. {key.words}".strip()
    return f"{said} Left out, with too few options: {', '.join(sorted(gone))}." if gone else said


_REVIEW = {
    "en": "The key was set by a panel of experts; number of experts: {experts}, date: {day}. "
    "Each option's spread between the experts stands beside its mean.",
    "ru": "Ключ установлен группой экспертов; число экспертов: {experts}, дата: {day}. "
    "Рядом со средней оценкой каждого варианта указан разброс оценок экспертов.",
    "lt": "Raktą nustatė ekspertų grupė; ekspertų skaičius: {experts}, data: {day}. "
    "Prie kiekvieno varianto vidurkio nurodyta ekspertų vertinimų sklaida.",
}
