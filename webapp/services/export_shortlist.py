"""The whole list as CSV, row by row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from sqlalchemy.orm import Session

from webapp.records import Applicant, Vacancy
from webapp.records.base import now
from webapp.services.read_shortlist import Listed, everybody_ranked
from webapp.services.shortlist.people import people_page
from webapp.services.spreadsheet_safety import safe_cell
from webapp.services.tie_groups import Ties

COLUMNS = (
    "name",
    "email",
    "place",
    "tie_group",
    "p_top_third",
    "expected_rating",
    "lower_90",
    "upper_90",
    "flags",
    "model",
    "scored_on",
)
CHUNK = 500
BYTE_ORDER_MARK = "\ufeff"


def export_lines(session: Session, vacancy: Vacancy, ties: Ties, *, simulated: bool) -> Iterator[str]:
    """Lines of CSV: the ranked people, then those who are done and have no score. Closes the session."""
    model = model_name(vacancy, simulated)
    try:
        yield BYTE_ORDER_MARK + _line(COLUMNS)
        for person in everybody_ranked(session, vacancy, ties, CHUNK):
            yield _line(ranked_row(person, model))
        for applicant in _everybody_unscored(session, vacancy):
            yield _line(unscored_row(applicant, model))
    finally:
        session.close()


def _everybody_unscored(session: Session, vacancy: Vacancy) -> Iterator[Applicant]:
    after: str | None = ""
    while after is not None:
        page = people_page(session, vacancy, ["done"], unscored=True, after=after, size=CHUNK)
        yield from page.people
        after = page.after


def ranked_row(person: Listed, model: str) -> list[str]:
    figures = (person.p_top_third, person.expected_rating, person.lower_90, person.upper_90)
    return [
        safe_cell(person.name),
        safe_cell(person.email),
        str(person.place),
        str(person.group or ""),
        *(_figure(value) for value in figures),
        safe_cell(";".join(person.flags)),
        safe_cell(model),
        # The day alone: to the second it would tell how much time somebody had.
        person.scored_at.date().isoformat(),
    ]


def unscored_row(applicant: Applicant, model: str) -> list[str]:
    empty = [""] * 6
    return [safe_cell(applicant.name), safe_cell(applicant.email), *empty, "incomplete", safe_cell(model), ""]


def model_name(vacancy: Vacancy, simulated: bool) -> str:
    model = vacancy.model_version
    kind = "by the key, no local evidence" if model.kind == "key_only" else "trained"
    return f"model {model.number} ({kind}{', simulated company' if simulated else ''})"


def file_name(vacancy: Vacancy, simulated: bool) -> str:
    """A name of letters, figures and hyphens only, whatever the title holds."""
    title = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", vacancy.title).lower()).strip("-_")[:60]
    parts = ["simulated" if simulated else "", title or "shortlist", f"{now():%Y-%m-%d}"]
    return "-".join(part for part in parts if part) + ".csv"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _line(cells: list[str] | tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
