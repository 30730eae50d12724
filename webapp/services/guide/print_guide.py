"""The guide as PDF, with lines to write on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.languages import said_date
from webapp.records.base import now
from webapp.services.blind.face import Face
from webapp.services.guide.choose_questions import Guide, Topic
from webapp.services.set_in_type import set_or_refused

HERE = Path(__file__).parent / "paper"


def print_guide(guide: Guide, title: str, face: Face, *, simulated: bool) -> bytes:
    """PDF/UA-1 in the language of the interview. Names in letters that our font lacks give way to the code."""
    with force_locale(guide.language):
        try:
            return _set(contents(guide, title, face.label, simulated))
        except Invalid:
            return _set(contents(guide, "", face.code, simulated))


def file_name(face: Face) -> str:
    """By code always: a name in a folder of downloads tells more people than whoever needs it."""
    return f"interview-guide-{face.code}.pdf"


def _set(values: dict[str, Any]) -> bytes:
    return set_or_refused(HERE / "guide.typ", values, _("The guide cannot be printed: our font lacks some letters."))


def contents(guide: Guide, title: str, person: str, simulated: bool) -> dict[str, Any]:
    today = now().date()
    return {
        "language": guide.language,
        "date": [today.year, today.month, today.day],
        "person": person,
        "under": " · ".join(part for part in (title, said_date(today, "long")) if part),
        "simulated": _("Simulated data") if simulated else "",
        "core": _plain(guide.core),
        "deeper": _plain(guide.deeper),
        "words": words(),
    }


def _plain(topics: Sequence[Topic]) -> list[dict[str, Any]]:
    return [{"name": each.name, "prompts": [asdict(prompt) for prompt in each.prompts]} for each in topics]


def words() -> dict[str, str]:
    return {
        "title": _("Interview guide"),
        "core": _("Ask everybody"),
        "core_note": _("The same questions, in the same order, for each person: only then can answers be compared."),
        "deeper": _("Ask more about"),
        "deeper_note": _(
            "Here the answers to the questionnaire leave more open than elsewhere. Ask as openly as about the rest: "
            "what somebody chose on one day is no fault to be explained."
        ),
        "listen_for": _("Listen for"),
        "page": _("Page"),
        "use": _(
            "Write down what was said before you judge it. What you note about a person can be asked for by that "
            "person; throw this sheet away safely once it is no longer needed."
        ),
    }
