"""A list on paper: tagged PDF, what it is of at the head, what each column means at the end."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from flask_babel import force_locale, format_decimal
from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.languages import said_date
from webapp.services.exports.about import facts, flag_meanings
from webapp.services.exports.columns import COLUMNS, flag_words
from webapp.services.exports.people import Person, everybody
from webapp.services.exports.view import View
from webapp.services.set_in_type import set_or_refused

TEMPLATE = Path(__file__).parent / "paper" / "list.typ"
MOST_PEOPLE = 3_000
"""More than a hundred pages nobody reads; a spreadsheet holds everybody."""

PAPER = ("place", "tie_group", "name", "stage", "p_top_third", "expected_rating", "flags", "answered_on")
BARE = ("name", "stage", "answered_on")
HEADINGS = {column.id: column for column in COLUMNS}


def write_pdf(view: View) -> tuple[bytes, int]:
    """The file and how many people are on it."""
    with force_locale(view.wish.language):
        people = list(islice(everybody(view), MOST_PEOPLE + 1))
        if len(people) > MOST_PEOPLE:
            raise Invalid([too_many()])
        refusal = _(
            "The list cannot be printed. A name may have letters that our font does not have. Take CSV or XLSX instead."
        )
        return set_or_refused(TEMPLATE, _contents(view, people), refusal), len(people)


def too_many() -> str:
    return _(
        "A PDF holds up to %(most)s people, and this view has more. Filter it, or take CSV or XLSX: they hold all.",
        most=format_decimal(MOST_PEOPLE),
    )


def _contents(view: View, people: list[Person]) -> dict[str, Any]:
    shown = BARE if view.stopped else PAPER
    day = view.exported_at
    return {
        "date": [day.year, day.month, day.day],
        "language": view.wish.language,
        "title": view.vacancy.title,
        "under": _("A list of applicants, written by Makings"),
        "facts": facts(view)[1:],
        "headings": [str(HEADINGS[name].heading) for name in shown],
        "numbers": [place for place, name in enumerate(shown) if name in ("place", "tie_group")],
        "rows": [[_cell(name, person) for name in shown] for person in people],
        "columns": _("What the columns mean"),
        "meanings": [[str(HEADINGS[name].heading), str(HEADINGS[name].meaning)] for name in shown]
        + ([] if view.stopped else [[str(HEADINGS["flags"].heading), words] for _flag, words in flag_meanings()]),
        "page": _("Page"),
    }


def _cell(name: str, person: Person) -> str:
    return _CELLS[name](person)


def _interval(person: Person) -> str:
    if person.expected_rating is None or person.lower_90 is None or person.upper_90 is None:
        return ""
    said = [format_decimal(each, "0.0") for each in (person.expected_rating, person.lower_90, person.upper_90)]
    return f"{said[0]} ({said[1]}–{said[2]})"


_CELLS: dict[str, Any] = {
    "place": lambda person: "" if person.place is None else str(person.place),
    "tie_group": lambda person: str(person.group or ""),
    "name": lambda person: person.name or person.address or person.code,
    "stage": lambda person: person.stage,
    "p_top_third": lambda person: "" if person.p_top_third is None else format_decimal(person.p_top_third, "0.00"),
    "expected_rating": _interval,
    "flags": lambda person: "; ".join(flag_words(flag) for flag in person.flags),
    "answered_on": lambda person: said_date(person.answered, "short") if person.answered else "",
}
