"""What the pages say of a sitting: the line of the last save, the opening of a section, the review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from textwrap import shorten

from flask import current_app

from questionnaires.definition import Item, ResponseFormat
from webapp.services.acknowledge import answer_code
from webapp.services.read_sitting import Saved, SittingView
from webapp.services.show_item import Words, described, screen_of


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

    @property
    def at(self) -> str:
        return self.saved.saved_at.isoformat()

    @property
    def time(self) -> str:
        """Hours and minutes in UTC, which all our languages write alike."""
        return f"{self.saved.saved_at.astimezone(dt.UTC):%H:%M}"


def saved_line(view: SittingView, number: int) -> SavedLine | None:
    """This question's own saved answer, else the one that was saved last anywhere."""
    numbers = {item.id: n for n, item in enumerate(view.items, 1)}
    here = view.items[number - 1].id
    known = [item_id for item_id, saved in view.answers.items() if item_id in numbers and not saved.undone]
    if not known:
        return None
    item_id = here if here in known else max(known, key=lambda each: (view.answers[each].saved_at, each))
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


@dataclass(frozen=True)
class ReviewRow:
    """One question on the review: what it is called, and what is saved for it."""

    number: int
    title: str
    saved: Saved | None
    words: Words

    @property
    def answered(self) -> bool:
        return self.saved is not None and self.saved.value is not None

    @property
    def skipped(self) -> bool:
        return self.saved is not None and self.saved.skipped


def review_rows(view: SittingView, language: str) -> list[ReviewRow]:
    """Every question in its order."""
    return [_review_row(view, number, item, language) for number, item in enumerate(view.items, 1)]


def _review_row(view: SittingView, number: int, item: Item, language: str) -> ReviewRow:
    screen = screen_of(item, language, view.sitting.seed)
    saved = view.answers.get(item.id)
    title = screen.title or shorten(screen.paragraphs[0] if screen.paragraphs else screen.legend, 60, placeholder="…")
    return ReviewRow(number, title, saved, described(screen, saved.value if saved else None))


def enough(view: SittingView, left_out: Collection[str]) -> int:
    """How many answers a result needs; own words are never scored, and the staff get no result.

    An answer to a question that was set aside meanwhile is not one of them, and is counted on top.
    """
    scored = sum(item.format is not ResponseFormat.OPEN_TEXT and item.id not in left_out for item in view.items)
    beside = sum(view.answered(item.id) for item in view.items if item.id in left_out)
    return 0 if view.of_staff else -(-scored * 4 // 5) + beside
