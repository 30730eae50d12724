"""The page with one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.candidate.access import language, page
from webapp.candidate.presenting import SavedLine, section_opening
from webapp.services.read_response import Fault
from webapp.services.read_sitting import Saved, SittingView
from webapp.services.show_item import Screen


def question_page(
    view: SittingView,
    number: int,
    screen: Screen,
    line: SavedLine | None,
    *,
    saved: Saved | None = None,
    answer: Mapping[str, Any] | None = None,
    faults: Sequence[Fault] = (),
    from_review: bool = False,
) -> str:
    return page(
        "question",
        view,
        screen=screen,
        number=number,
        way=(number, view.total),
        answer=answer or {},
        faults=faults,
        saved=saved,
        revision=saved.revision if saved else 0,
        line=line,
        opening=section_opening(view, number, language()),
        from_review=from_review,
    )
