"""Fingerprints: what decides a score, apart from what people read.

All of them are SHA-256 over canonical JSON: UTF-8, names sorted, no spaces, key means and spreads as
floats. The order in which items, options, sections and forms are *written* never matters; the order
within a form does.

- ``scoring_identity``: item ids, facets, formats, instructions, option ids, scale bounds, directions,
  the key (means and spreads: a model trained with key totals depends on them) and the forms.
  Practice items are never scored and take no part.
- ``texts_identity``: everything that a person reads, in every language, practice items and the reasons
  of the key included. A corrected text changes this one only: trained models stay compatible, and the
  correction is reported.
- ``content_identity``: the whole definition. This is what "a published version never changes" means.

What the format learnt later (anchors, indicators, "could not observe", the purpose, statements
per language) is written only where a
questionnaire uses it, so that questionnaires from before keep their fingerprints bit for bit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from questionnaires.definition import Item, Option, Purpose, Questionnaire, Section

FORMAT = 1
_LEARNT_LATER: dict[str, Any] = {
    "anchors": {},
    "indicators": (),
    "not_observed": {},
    "purpose": Purpose.SELECTION,
    "statements": {},
}


def scoring_identity(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 (hexadecimal) of everything that decides a score."""
    items = {item.id: _item_scoring(item) for item in questionnaire.items}
    forms = {form.id: [item.id for item in questionnaire.items_of(form.id)] for form in questionnaire.forms}
    return _digest({"format": FORMAT, "forms": forms, "items": items})


def texts_identity(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 (hexadecimal) of everything that a person reads."""
    texts = {
        "description": questionnaire.descriptions,
        "facet_names": questionnaire.facet_names,
        "format": FORMAT,
        "items": {item.id: _item_texts(item) for item in questionnaire.items},
        "practice": {item.id: _item_texts(item) for item in questionnaire.practice},
        "sections": {section.id: _section_texts(section) for section in questionnaire.sections},
        "title": questionnaire.titles,
    }
    return _digest(texts)


def content_identity(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 (hexadecimal) of the whole definition; comments and layout do not count."""
    return _digest({"format": FORMAT, "questionnaire": _plain(questionnaire)})


def item_identity(item: Item) -> str:
    """Return the SHA-256 (hexadecimal) of what decides the score of one item."""
    return _digest({"format": FORMAT, "id": item.id, "item": _item_scoring(item)})


def item_texts_identity(item: Item, language: str) -> str:
    """Return the SHA-256 (hexadecimal) of what a person reads of one item in one language."""
    return _digest({"format": FORMAT, "id": item.id, "language": language, "texts": _in(language, _item_texts(item))})


def _item_scoring(item: Item) -> dict[str, Any]:
    decided = {
        "direction": item.direction,
        "facet": item.facet,
        "format": item.format.value,
        "instruction": item.instruction,
        "options": {option.id: _option_scoring(option) for option in item.options},
        "scale": [item.scale.minimum, item.scale.maximum] if item.scale else None,
    }
    return decided | ({"not_observed": True} if item.not_observed else {})


def _option_scoring(option: Option) -> list[float | None] | None:
    if option.key is None:
        return None
    return [float(option.key.mean), None if option.key.spread is None else float(option.key.spread)]


def _item_texts(item: Item) -> dict[str, Any]:
    return _first_texts(item) | {name: texts for name, texts in _later_texts(item).items() if texts}


def _first_texts(item: Item) -> dict[str, Any]:
    return {
        "labels": _by_point(item.scale.labels) if item.scale else {},
        "options": {option.id: dict(option.texts) for option in item.options},
        "reasons": {option.id: dict(option.key.reason) for option in item.options if option.key},
        "scene": dict(item.scenes),
        "stem": dict(item.stems),
        "title": dict(item.titles),
    }


def _later_texts(item: Item) -> dict[str, Any]:
    return {
        "anchors": _by_point(item.scale.anchors) if item.scale else {},
        "indicators": {indicator.id: dict(indicator.texts) for indicator in item.indicators},
        "not_observed": dict(item.not_observed),
    }


def _by_point(texts: Mapping[str, Mapping[int, str]]) -> dict[str, dict[str, str]]:
    return {language: {str(point): text for point, text in points.items()} for language, points in texts.items()}


def _section_texts(section: Section) -> dict[str, Any]:
    return {"introduction": dict(section.introductions), "title": dict(section.titles)}


def _in(language: str, texts: dict[str, Any]) -> dict[str, Any]:
    """Keep one language of an item's texts."""
    per_option = [name for name in ("indicators", "options", "reasons") if name in texts]
    kept = {name: texts[name].get(language) for name in texts if name not in per_option}
    return kept | {name: {o: t.get(language) for o, t in texts[name].items()} for name in per_option}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        kept = {each.name: getattr(value, each.name) for each in fields(value) if each.name != "source"}
        return {name: _plain(each) for name, each in kept.items() if not _unused(name, each)}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _unused(name: str, value: Any) -> bool:
    return name in _LEARNT_LATER and value == _LEARNT_LATER[name]


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
