"""What makes two pages of a question the same, but for what is filled in; and the stand-ins that the page is made of.

A page is cast from its shape alone. Whatever its templates ask for besides is not in here, and raises: then Flask makes
each page, slower and never wrong, until somebody has looked at it here.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace
from typing import Any

from questionnaires.definition import Item
from webapp.config import LANGUAGES
from webapp.services.saving.glance import Course, Glance, Paper
from webapp.services.show_item import Choice, Screen


@dataclass(frozen=True)
class Shape:
    """A question that is not answered yet, for everybody who is asked it here in this language."""

    paper: Paper
    of_staff: bool
    number: int
    language: str
    languages: tuple[str, ...]
    contact_email: str
    simulated: bool
    line: tuple[int, bool] | None
    """Number of the question that was saved last, and whether it was skipped."""

    @property
    def item(self) -> Item:
        return self.paper.items[self.number - 1]


def shape_of(course: Course, number: int, seen: Glance) -> Shape:
    return Shape(
        paper=course.paper,
        of_staff=course.of_staff,
        number=number,
        language=seen.language,
        languages=seen.languages,
        contact_email=seen.contact_email,
        simulated=seen.simulated,
        line=None if seen.item_id is None else (course.paper.numbers[seen.item_id], seen.saved.skipped),
    )


class NotTheSameForAll(Exception):
    """A template asked for something that is not in the shape of its page."""


class Only:
    """Something with these attributes and no others."""

    def __init__(self, **known: Any) -> None:
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Any:
        raise NotTheSameForAll(name)


def view_of(shape: Shape, sitting_id: uuid.UUID) -> Any:
    """A sitting with nothing in it but what everybody's of this shape has; its id is a hole."""
    paper = shape.paper
    return Only(
        sitting=Only(id=sitting_id, state="started", consented_at=True, deadline_at=None, form=paper.form),
        organisation=Only(contact_email=shape.contact_email, simulated=shape.simulated),
        questionnaire=paper.questionnaire,
        items=paper.items,
        total=len(paper.items),
        languages={code: LANGUAGES[code] for code in shape.languages},
        of_staff=shape.of_staff,
        submitted=False,
    )


class Holes:
    """Words that stand in no page, one for each thing that is filled in."""

    def __init__(self, item: Item) -> None:
        self.sitting = uuid.uuid4()
        self.nonce, self.token, self.at, self.time, self.code, self.revision = (word() for _hole in range(6))
        self.ids = [word() for _option in item.options]
        self.texts = [word() for _option in item.options]

    def screen(self, screen: Screen) -> Screen:
        """The same screen with holes in place of its options; the points of a scale stay."""
        pairs = zip(self.ids, self.texts, strict=True)
        return replace(screen, choices=tuple(Choice(*pair) for pair in pairs)) if self.ids else screen

    def line(self, shape: Shape) -> Any:
        """The line of what was saved last."""
        if shape.line is None:
            return None
        number, skipped = shape.line
        saved = Only(skipped=skipped, revision=self.revision)
        return Only(number=number, saved=saved, at=self.at, time=self.time, code=self.code)

    def words(self) -> list[str]:
        own = [str(self.sitting), self.nonce, self.token, self.at, self.time, self.code, self.revision]
        return [*own, *self.ids, *self.texts]


def word() -> str:
    return f"h{secrets.token_hex(16)}"
