"""Released figures as a file: those that the pages show, as they were stored, and for the others why there is none."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import ReleasedFigure, StaffMember, Unit
from webapp.services.record_event import record_event
from webapp.services.results.read_results import RoundResults, Shown
from webapp.services.results.words import said_level, said_raters, said_reliability, why_not
from webapp.services.spreadsheet_safety import safe_cell

COLUMNS = (
    *("round", "level", "unit", "code", "name", "competence"),
    *("coefficient", "reliability", "raters", "withheld"),
)
LEVELS = {"whole": 0, "unit": 1, "person": 2}


def rows_of(session: Session, results: RoundResults, language: str) -> Iterator[tuple[Any, ...]]:
    """One row a figure in the reader's words; the whole first, then units and people by name."""
    names = {each.code: each.name_in(language) for each in results.competences} | {"": ""}
    order = {code: place for place, code in enumerate(["", *(each.code for each in results.competences)])}
    found = sorted(_figures(session, results), key=lambda row: _place(row, order))
    for figure, unit, code, name in found:
        topic = names.get(figure.topic, figure.topic)
        said = (results.round.title, said_level(figure.level), unit or "", code or "", name or "", topic)
        yield (*(safe_cell(text) for text in said), figure.value, *_explained(figure))


def _explained(figure: ReleasedFigure) -> tuple[str, str, str]:
    """How reliable it is and from how many raters, or why there is no figure."""
    shown = Shown(figure.topic, figure.state, figure.value, figure.reliability, figure.raters)
    return (said_reliability(shown), said_raters(shown), "") if shown.released else ("", "", why_not(shown.state))


def _figures(session: Session, results: RoundResults) -> list[Any]:
    figure, row = ReleasedFigure, results.round
    query = (
        select(figure, Unit.name, StaffMember.code, StaffMember.name)
        .outerjoin(Unit, (Unit.organisation_id == figure.organisation_id) & (Unit.id == figure.unit_id))
        .outerjoin(
            StaffMember,
            (StaffMember.organisation_id == figure.organisation_id) & (StaffMember.id == figure.staff_member_id),
        )
        .where(figure.organisation_id == row.organisation_id, figure.round_id == row.id)
    )
    return list(session.execute(query).all())


def _place(row: Any, order: dict[str, int]) -> tuple[Any, ...]:
    figure, unit, code, name = row
    return LEVELS[figure.level], unit or "", name or "", code or "", order.get(figure.topic, len(order))


def as_csv(session: Session, results: RoundResults, language: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    with force_locale(language):
        writer.writerows(rows_of(session, results, language))
    # The mark at the start tells Excel that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(session: Session, results: RoundResults, language: str) -> bytes:
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "constant_memory": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, COLUMNS, bold)
        with force_locale(language):
            for number, row in enumerate(rows_of(session, results, language), start=1):
                sheet.write_row(number, 0, row)
        sheet.autofit()
    return file.getvalue()


def record_figures_export(session: Session, results: RoundResults, user_id: uuid.UUID, ending: str) -> None:
    """Write down that a file with everybody's figures left the house."""
    row = results.round
    what, subject = "figures.exported", "rating_round"
    record_event(session, row.organisation_id, what, user_id=user_id, subject=subject, subject_id=row.id, form=ending)
