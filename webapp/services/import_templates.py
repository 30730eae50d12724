"""Empty tables to fill in: the right columns, and beside them what each one holds."""

from __future__ import annotations

import csv
import io
import re
import uuid

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from questionnaires.answers import columns_of
from questionnaires.definition import Questionnaire
from webapp.errors import NotFound
from webapp.services.import_ratings import COLUMNS as RATING_COLUMNS
from webapp.services.import_staff import COLUMNS as STAFF_COLUMNS
from webapp.services.matrix.import_matrix import COLUMNS as MATRIX_COLUMNS
from webapp.services.read_questionnaire import read_questionnaire

PERSON_COLUMNS = ("person", "unit", "job_family", "language")
MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def column_help(kind: str, questionnaire: Questionnaire | None) -> list[tuple[str, str]]:
    """Each column with one sentence."""
    if kind == "staff":
        return list(zip(STAFF_COLUMNS, staff_help(), strict=True))
    if kind == "matrix":
        return list(zip(MATRIX_COLUMNS, matrix_help(), strict=True))
    if kind == "ratings":
        return list(zip(RATING_COLUMNS, rating_help(), strict=True))
    if questionnaire is None:
        raise NotFound
    return [*zip(PERSON_COLUMNS, person_help(), strict=True), *answer_help(questionnaire)]


def staff_help() -> list[str]:
    return [
        _("The person's personnel code. Each person has one row and one code."),
        _("The person's name. May be empty."),
        _("The person's e-mail address. May be empty."),
        _("The department, shop or team. May be empty."),
        _("The family of jobs, such as front line. May be empty."),
        _("The language to write to the person in: en, ru or lt. May be empty."),
        _("The first day on which the person is not here any more, such as 2026-03-31. Empty for all others."),
    ]


def matrix_help() -> list[str]:
    return [
        _("The personnel code of the person who serves, and is rated."),
        _("The personnel code of the colleague who is served, and rates."),
        _("The name of the person who serves, for your own eyes. It is not read."),
        _("The name of the colleague who is served, for your own eyes. It is not read."),
    ]


def rating_help() -> list[str]:
    return [
        _("The personnel code of the person who was rated."),
        _("The code of the person who rated. Leave the whole column empty if you do not know who rated."),
        _("The rating, a number on the scale that you name when you upload the file."),
        _("Which competence was rated. Leave the whole column empty if there is one rating only."),
        _("The day of the rating, such as 2026-03-31. May be empty."),
    ]


def person_help() -> list[str]:
    return [
        _("The personnel code of the person who answered."),
        _("The department, for people who are not on your staff list yet. May be empty."),
        _("The family of jobs, for people who are not on your staff list yet. May be empty."),
        _("The language in which the person answered: en, ru or lt. May be empty."),
    ]


def answer_help(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """One line for each answer column: which values it may hold."""
    form = questionnaire.forms[0].id
    lines = []
    for column in columns_of(questionnaire, form):
        item = questionnaire.item(column.split(".")[0])
        options = ", ".join(item.option_ids)
        says = {
            "best_worst": _("The letter of the chosen option: %(options)s. Empty where unanswered.", options=options),
            "pick_one": _("The letter of the chosen option: %(options)s. Empty where unanswered.", options=options),
            "rank": _("The place that this option was given: 1 is the best. Empty where unanswered."),
            "open_text": _("The text that the person wrote. Empty where unanswered."),
        }
        lines.append((column, says.get(item.format, _("The number that was chosen. Empty where unanswered."))))
    return lines


def make_template(
    session: Session, organisation_id: uuid.UUID, kind: str, ending: str, questionnaire_id: uuid.UUID | None = None
) -> bytes:
    """Return the file with the columns and no rows."""
    questionnaire = read_questionnaire(session, organisation_id, questionnaire_id) if questionnaire_id else None
    columns = column_help(kind, questionnaire)
    return as_csv(columns) if ending == "csv" else as_xlsx(columns)


def as_csv(columns: list[tuple[str, str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(name for name, _help in columns)
    # The mark at the start tells Excel that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(columns: list[tuple[str, str]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True})
        as_text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(sheet_name(_("Fill in")))
        sheet.write_row(0, 0, [name for name, _help in columns], bold)
        # Codes such as 007 stay as they are typed.
        sheet.set_column(0, len(columns) - 1, 16, as_text)
        sheet.freeze_panes(1, 1)
        legend = book.add_worksheet(sheet_name(_("What goes where")))
        legend.write_row(0, 0, [_("Column"), _("What it holds")], bold)
        for number, line in enumerate(columns, start=1):
            legend.write_row(number, 0, line)
        legend.set_column(0, 0, 22)
        legend.set_column(1, 1, 90)
    return buffer.getvalue()


def sheet_name(text: str) -> str:
    """A name that Excel takes, in whatever language: at most 31 characters, none of them special."""
    return re.sub(r"[\[\]:*?/\\]", " ", text).strip(" '")[:31]
