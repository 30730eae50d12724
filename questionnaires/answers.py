"""Answers: what one person said, how it is written in a table, and whether it can be so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from questionnaires.answer_formats import HANDLERS, MESSAGES, NOT_UNDERSTOOD, Answer
from questionnaires.definition import Item, Questionnaire
from questionnaires.rules import PERSON_COLUMNS
from questionnaires.table_faults import FaultList
from questionnaires.tables import Row, Table
from questionnaires.words import say

__all__ = [
    "MESSAGES",
    "PERSON_COLUMNS",
    "Answer",
    "AnswerSheet",
    "answer_row",
    "columns_of",
    "is_complete",
    "parse_answer_table",
    "validate_answer",
]

LONGEST_NAME = 200
_LOST_NUMBER = re.compile(r"[0-9][.,][0-9]+E\+[0-9]+", re.IGNORECASE)


@dataclass(frozen=True)
class AnswerSheet:
    """One person's answers by item id; items without any answer are left out."""

    person: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    unit: str | None = None
    job_family: str | None = None
    language: str | None = None


def columns_of(questionnaire: Questionnaire, form_id: str | None = None) -> list[str]:
    """Return the answer columns of a form, or of the whole questionnaire, in the order asked.

    Raises
    ------
    KeyError
        Where there is no such form.
    """
    return [column for item in _items(questionnaire, form_id) for column in HANDLERS[item.format].columns(item)]


def _items(questionnaire: Questionnaire, form_id: str | None) -> tuple[Item, ...]:
    return questionnaire.items if form_id is None else questionnaire.items_of(form_id)


def validate_answer(item: Item, answer: object) -> list[str]:
    """Return what is wrong with an answer, as instructions to the person; [] where nothing is.

    An answer that is not finished yet is not wrong: see `is_complete`.
    """
    if not isinstance(answer, Mapping):
        return [NOT_UNDERSTOOD]
    return HANDLERS[item.format].problems(item, answer)


def is_complete(item: Item, answer: object) -> bool:
    """Whether an answer is valid and says everything that the item asks for."""
    if not isinstance(answer, Mapping) or validate_answer(item, answer):
        return False
    return HANDLERS[item.format].is_complete(item, answer)


def answer_row(sheet: AnswerSheet, questionnaire: Questionnaire, form_id: str | None = None) -> dict[str, str]:
    """Return a person's answers as a row of an answer table, with every column: what `parse_answer_table` reads.

    With ``form_id``, with the columns of that form only.
    """
    row = {
        "person": sheet.person,
        "unit": sheet.unit or "",
        "job_family": sheet.job_family or "",
        "language": sheet.language or "",
    }
    for item in _items(questionnaire, form_id):
        row |= HANDLERS[item.format].write(item, sheet.answers.get(item.id, {}))
    return row


def parse_answer_table(table: Table, questionnaire: Questionnaire, *, form_id: str | None = None) -> list[AnswerSheet]:
    """Read one answer sheet from every row.

    Parameters
    ----------
    table
        ``person``, optionally ``unit``, ``job_family`` and ``language``, and the columns of
        `columns_of` in any order. A column left out is a question left unanswered.
    form_id
        Accept the columns of this form only.

    Raises
    ------
    TableError
        With every fault of the table.
    KeyError
        Where there is no such form.
    """
    faults = FaultList()
    _check_columns(table, questionnaire, form_id, faults)
    items = _items(questionnaire, form_id)
    present = set(table.columns)
    asked = [item for item in items if present.intersection(HANDLERS[item.format].columns(item))]
    people = _People(faults)
    sheets = [_sheet(row, asked, questionnaire, people, faults) for row in table.rows]
    faults.raise_any()
    return sheets


def _check_columns(table: Table, questionnaire: Questionnaire, form_id: str | None, faults: FaultList) -> None:
    answers = columns_of(questionnaire, form_id)
    known = set(answers) | set(PERSON_COLUMNS)
    if "person" not in table.columns:
        remedy = _did_you_mean("person", [name for name in table.columns if name not in known], renaming=True)
        faults.add(None, "person", say("The column person is missing."), remedy)
    if not set(answers) & set(table.columns):
        remedy = say("Name them %(names)s and so on.", names=", ".join(answers[:3]))
        faults.add(None, None, say("There is no column with answers."), remedy)
    elsewhere = set(columns_of(questionnaire)) - known
    for name in table.columns:
        if name in elsewhere:
            message = say("This column does not belong to form %(form)s.", form=form_id)
            faults.add(None, name, message, say("Delete it."))
        elif name not in known:
            faults.add(None, name, say("This column is not known."), _did_you_mean(name, sorted(known)))


def _did_you_mean(name: str, known: list[str], *, renaming: bool = False) -> str:
    lower = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), lower, n=1, cutoff=0.7)
    if renaming and close:
        return say("Rename %(old)s to %(new)s.", old=lower[close[0]], new=name)
    if renaming:
        return say("Add it, with one name or number for each person.")
    return say("Did you mean %(name)s?", name=lower[close[0]]) if close else say("Rename or delete it.")


class _People:
    """Checks that every row has its own person."""

    def __init__(self, faults: FaultList) -> None:
        self.faults = faults
        self.rows: dict[str, int] = {}

    def check(self, person: str, row: int) -> None:
        if not person:
            message = say("This row has no person.")
            self.faults.add(row, "person", message, say("Fill the cell, or delete the row."))
        elif person in self.rows:
            message = say("%(person)s is in row %(row)s already.", person=person, row=self.rows[person])
            self.faults.add(row, "person", message, say("Keep one row for each person."))
        elif len(person) > LONGEST_NAME:
            message = say("This name has %(n)s characters.", n=len(person))
            self.faults.add(row, "person", message, say("Shorten it to %(most)s.", most=LONGEST_NAME))
        elif _LOST_NUMBER.fullmatch(person):
            message = say("%(person)s is a long number that a spreadsheet has shortened.", person=person)
            self.faults.add(row, "person", message, say("Format the column as text and type the number again."))
        self.rows.setdefault(person, row)


def _sheet(
    row: Row, items: list[Item], questionnaire: Questionnaire, people: _People, faults: FaultList
) -> AnswerSheet:
    cells = row.values

    def tell(column: str, message: str, remedy: str) -> None:
        faults.add(row.number, column, message, remedy)

    person = cells.get("person", "")
    if "person" in cells:
        people.check(person, row.number)
    answers = {item.id: HANDLERS[item.format].read(item, cells, tell) for item in items}
    return AnswerSheet(
        person=person,
        answers={name: answer for name, answer in answers.items() if answer},
        unit=cells.get("unit") or None,
        job_family=cells.get("job_family") or None,
        language=_language(cells.get("language", ""), questionnaire, tell),
    )


def _language(cell: str, questionnaire: Questionnaire, tell: Any) -> str | None:
    matching = [each for each in questionnaire.languages if each.lower() == cell.lower()]
    if cell and not matching:
        known = ", ".join(questionnaire.languages)
        message = say("%(cell)s is not a language of %(questionnaire)s.", cell=cell, questionnaire=questionnaire.name)
        tell("language", message, say("Write one of %(languages)s, or nothing.", languages=known))
    return matching[0] if matching else None
