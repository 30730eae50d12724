"""A booklet as PDF: tagged, in our own font, without a network, the same bytes for the same questionnaire."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from questionnaires.booklet.contents import BookletRefused, Plain, booklet, key_booklet
from questionnaires.definition import Questionnaire

_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "booklet.typ"
_FONTS = _HERE / "fonts"
_STANDARD: Any = ["ua-1"]
_NO_DATE = "2026-01-01"


@cache
def _fonts() -> typst.Fonts:
    """Only our own files: what is installed on a machine must not change a booklet."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])


def print_booklet(questionnaire: Questionnaire, form: str, language: str) -> bytes:
    """Return the booklet of one form in one language as PDF (PDF/UA-1: tagged, with its language and title).

    The same questionnaire gives the same bytes: the date in the file is that of the version's line in the history.

    Raises
    ------
    BookletRefused
        Where there is no such form or language, or texts are withheld.
    """
    return _pdf(questionnaire, booklet(questionnaire, form, language))


def print_key(questionnaire: Questionnaire, form: str, language: str) -> bytes:
    """Return the key booklet of one form as PDF: marking sheet, key and reasons, for those who mark.

    Raises
    ------
    BookletRefused
        As in `print_booklet`, and where the form has no key.
    """
    return _pdf(questionnaire, key_booklet(questionnaire, form, language))


def pages(questionnaire: Questionnaire, contents: Plain, ppi: float = 100.0) -> list[bytes]:
    """Return the pages of a booklet as PNG pictures, to be looked at."""
    made: Any = typst.compile(
        _TEMPLATE, root=_HERE, font_paths=_fonts(), sys_inputs=_inputs(questionnaire, contents), format="png", ppi=ppi
    )
    return list(made) if isinstance(made, list) else [made]


def _pdf(questionnaire: Questionnaire, contents: Plain) -> bytes:
    inputs = _inputs(questionnaire, contents)
    day = "{:04d}-{:02d}-{:02d}".format(*json.loads(inputs["data"])["date"])
    try:
        made: bytes = typst.compile(
            _TEMPLATE,
            root=_HERE,
            font_paths=_fonts(),
            sys_inputs=inputs,
            pdf_standards=_STANDARD,
            timestamp=_midnight(day),
        )
    except typst.TypstError as error:
        # A letter that our font does not have: the standard refuses a booklet with an empty box in it.
        raise BookletRefused(f"{questionnaire.name} cannot be printed: {error.message}") from error
    return made


def _midnight(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def _inputs(questionnaire: Questionnaire, contents: Plain) -> dict[str, str]:
    """Texts travel as JSON beside the template and are never written into it."""
    dates = [change.date for change in questionnaire.history if change.version == questionnaire.version]
    day = (dates or [_NO_DATE])[-1]
    return {"data": json.dumps(contents | {"date": [int(part) for part in day.split("-")]}, ensure_ascii=False)}
