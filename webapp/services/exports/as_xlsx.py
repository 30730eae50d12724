"""A list as a workbook: people on the first sheets, what it is of and what each column means on the last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter
from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.config import LANGUAGES
from webapp.services.exports.about import facts, flag_meanings
from webapp.services.exports.as_csv import Progress, day
from webapp.services.exports.columns import columns, flag_words
from webapp.services.exports.people import Person, everybody
from webapp.services.exports.view import View

ON_A_SHEET = 1_000_000
"""A sheet holds 1,048,576 rows; further people go onto further sheets."""

LONGEST = 32_767
"""Signs that a cell holds."""


def write_xlsx(view: View, file: Path, progress: Progress | None = None) -> int:
    """Write the file, one row in memory at a time; how many people there are."""
    options = {
        "constant_memory": True,
        "tmpdir": str(file.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with force_locale(view.wish.language), xlsxwriter.Workbook(str(file), options) as book:
        return _Book(view, book, progress).write()


class _Book:
    def __init__(self, view: View, book: Any, progress: Progress | None) -> None:
        self.view, self.book, self.progress = view, book, progress
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.columns = columns(with_scores=not view.stopped)
        self.flags: dict[tuple[str, ...], str] = {}

    def write(self) -> int:
        same = (self.view.model_name, f"{self.view.as_of:%Y-%m-%d %H:%M}")
        number, sheet = 0, self._sheet(1)
        for person in everybody(self.view):
            if number and number % ON_A_SHEET == 0:
                sheet = self._sheet(1 + number // ON_A_SHEET)
            self._row(sheet, 1 + number % ON_A_SHEET, self._cells(person, same))
            number += 1
            if self.progress and number % 2_000 == 0:
                self.progress(number)
        self._about()
        return number

    def _sheet(self, number: int) -> Any:
        sheet = self.book.add_worksheet(_("List") if number == 1 else f"{_('List')} {number}")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self.columns):
            sheet.set_column(place, place, column.width)
        self._row(sheet, 0, [str(column.heading) for column in self.columns], self.bold)
        return sheet

    def _cells(self, person: Person, same: tuple[str, str]) -> list[Any]:
        who = [person.code, person.name, person.address, person.stage, LANGUAGES.get(person.language, "")]
        if self.view.stopped:
            return [*who, day(person.answered)]
        figures = (person.p_top_third, person.expected_rating, person.lower_90, person.upper_90)
        days = (day(person.answered), day(person.scored))
        return [person.place, person.group, *who, *figures, self._flags(person.flags), *days, *same]

    def _flags(self, flags: tuple[str, ...]) -> str:
        if flags not in self.flags:
            self.flags[flags] = "; ".join(flag_words(flag) for flag in flags)
        return self.flags[flags]

    @staticmethod
    def _row(sheet: Any, row: int, cells: list[Any], style: Any = None) -> None:
        """Texts as texts, whatever they begin with: no cell becomes a formula or a link."""
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(row, place, cell[:LONGEST], style)
            elif cell is not None:
                sheet.write_number(row, place, cell, style)

    def _about(self) -> None:
        sheet = self.book.add_worksheet(_("About this list"))
        for place, width in enumerate((28, 30, 90)):
            sheet.set_column(place, place, width)
        rows = [("", name, said) for name, said in facts(self.view)] + [("", "", "")]
        rows += [(str(each.heading), each.id, str(each.meaning)) for each in self.columns]
        if not self.view.stopped:
            rows += [("", "", ""), *(("", flag, words) for flag, words in flag_meanings())]
        for number, row in enumerate(rows):
            self._row(sheet, number, list(row), self.wrapped)
