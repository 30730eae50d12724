"""The pack as tagged PDF (PDF/UA-1): in our own font, without a network, the same bytes for the same contents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from webapp.services.audit.blocks import Chapter
from webapp.services.audit.gather_pack import Subject
from webapp.services.demographics.local_law_sections import label
from webapp.services.set_in_type import set_or_refused

HERE = Path(__file__).parent / "paper"


def label_of(subject: Subject) -> str:
    """What stands at the top of every page and over every table."""
    return " · ".join([label(), *([_("Simulated data")] if subject.organisation.simulated else [])])


def contents_of(subject: Subject, chapters: Sequence[Chapter], language: str) -> dict[str, Any]:
    """Everything on paper as plain words."""
    name = _("Model %(number)s", number=subject.version.number)
    made = subject.made_at.date()
    return {
        "language": language,
        "title": _("Technical manual: %(model)s", model=name),
        "short": name,
        "kicker": _("Audit pack"),
        "subtitle": _("With its model card and the tables of Local Law 144"),
        "label": label_of(subject),
        "label_text": _(
            "Computed by the program that it is about. It is no bias audit by somebody independent, and no certificate."
        ),
        "company": subject.organisation.name,
        "cover": [
            [_("Company"), subject.organisation.name],
            [_("Questionnaire"), f"{subject.questionnaire.name} {subject.questionnaire.version}"],
            [_("Applicants"), subject.scope],
            [_("Made on (UTC)"), made.isoformat()],
        ],
        "words": {"page": _("Page"), "of": _("of"), "contents": _("Contents")},
        "date": [made.year, made.month, made.day],
        "chapters": [{"title": each.title, "blocks": list(each.blocks)} for each in chapters],
    }


def print_pack(contents: dict[str, Any]) -> bytes:
    """Set it; letters that our font does not have are refused in words, not printed as empty boxes."""
    refusal = _("The pack cannot be printed. A name may have letters that our font does not have.")
    return set_or_refused(HERE / "pack.typ", contents, refusal)
