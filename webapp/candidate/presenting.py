"""A question as it is shown: in one language, its options in this sitting's own order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from questionnaires.definition import Item, ResponseFormat
from questionnaires.ordering import shown_order
from webapp.security import signed_code
from webapp.services.read_sitting import Saved, SittingView


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen. `id` is what is sent; it is the same in every language."""

    id: str
    text: str


@dataclass(frozen=True)
class Screen:
    """One question on its screen."""

    item: Item
    title: str
    paragraphs: tuple[str, ...]
    legend: str
    best_label: str
    worst_label: str
    choices: tuple[Choice, ...]

    @property
    def format(self) -> str:
        return self.item.format.value

    @property
    def order(self) -> list[str]:
        return [choice.id for choice in self.choices]


def screen_of(item: Item, language: str, seed: int) -> Screen:
    """The question in this language, as this sitting shows it every time."""
    texts = (item.scenes.get(language, ""), item.stems.get(language, ""))
    return Screen(
        item=item,
        title=item.titles.get(language, ""),
        paragraphs=tuple(text.strip() for text in texts if text.strip()),
        legend=_legend(item),
        best_label=_("Most likely") if item.instruction == "behaviour" else _("Best"),
        worst_label=_("Least likely") if item.instruction == "behaviour" else _("Worst"),
        choices=_choices(item, language, seed),
    )


def _legend(item: Item) -> str:
    if item.format is ResponseFormat.BEST_WORST and item.instruction == "behaviour":
        return _("What would you most likely do, and what least likely?")
    if item.format is ResponseFormat.BEST_WORST:
        return _("Which action is the best, and which is the worst?")
    if item.format is ResponseFormat.LIKERT:
        return _("How well does this describe you?")
    return _("What would you do?") if item.instruction == "behaviour" else _("Which answer is the best?")


def _choices(item: Item, language: str, seed: int) -> tuple[Choice, ...]:
    if item.scale is not None and not item.options:
        labels = item.scale.labels.get(language, {})
        return tuple(Choice(str(point), labels.get(point, str(point))) for point in item.scale.points)
    return tuple(Choice(key, item.option(key).texts[language]) for key in shown_order(item, seed))


def described(screen: Screen, value: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """An answer in words: (what it says, the text that was chosen); the first part may be empty."""
    if not value:
        return []
    texts = {choice.id: choice.text for choice in screen.choices}
    if screen.item.format is ResponseFormat.BEST_WORST:
        labels = (("best", screen.best_label), ("worst", screen.worst_label))
        return [(label, texts[value[name]]) for name, label in labels if value.get(name) in texts]
    chosen = str(value.get("choice", value.get("value", "")))
    return [("", texts[chosen])] if chosen in texts else []


def acknowledgement(view: SittingView, item_id: str, saved: Saved) -> str:
    """The short code that shows that we took exactly this answer."""
    value = json.dumps(saved.value, sort_keys=True)
    text = f"{view.sitting.id}:{item_id}:{saved.revision}:{value}"
    code = signed_code(current_app.config["SETTINGS"].secret_key, "answer", text, 6)
    return f"{code[:3]}-{code[3:]}"


@dataclass(frozen=True)
class SavedLine:
    """The line above the buttons: which question was saved, when, with which code."""

    number: int
    saved: Saved
    code: str


def saved_line(view: SittingView, number: int) -> SavedLine | None:
    """This question's own saved answer, else the one that was saved last anywhere."""
    numbers = {item.id: n for n, item in enumerate(view.items, 1)}
    here = view.items[number - 1].id
    known = [item_id for item_id in view.answers if item_id in numbers]
    if not known:
        return None
    item_id = here if here in view.answers else max(known, key=lambda each: view.answers[each].saved_at)
    saved = view.answers[item_id]
    return SavedLine(numbers[item_id], saved, acknowledgement(view, item_id, saved))


def section_opening(view: SittingView, number: int, language: str) -> tuple[str, str] | None:
    """Title and introduction of the section that begins with this question."""
    item = view.items[number - 1]
    for section_id in view.questionnaire.form(view.sitting.form).section_ids:
        section = view.questionnaire.section(section_id)
        if section.item_ids and section.item_ids[0] == item.id and language in section.introductions:
            return section.titles.get(language, ""), section.introductions[language]
    return None
