"""A question as it is shown: in one language, its options in this sitting's own order."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from webapp.services.acknowledge import answer_code
from webapp.services.read_sitting import Saved, SittingView


def acknowledgement(view: SittingView, item_id: str, saved: Saved) -> str:
    """The short code that shows that we took exactly this answer."""
    secret_key = current_app.config["SETTINGS"].secret_key
    return answer_code(secret_key, view.sitting.id, item_id, saved.revision, saved.value)


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
