"""A rectangular table from anywhere: CSV or XLSX, as people really save them.

Everything that is wrong is collected and raised at once, in the words and row numbers of the
spreadsheet that the person has open.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from questionnaires import csv_source, xlsx_source
from questionnaires.table_faults import FaultList, TableError, TableFault, refuse
from questionnaires.words import say

__all__ = ["Row", "Table", "TableError", "TableFault", "read_table", "read_table_file"]

MAX_BYTES = 20_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 5_000
# Every cell of every row is kept, the empty ones too: a wide table may have fewer rows.
MAX_CELLS = 5_000_000
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"
_SAVE_AS = say("Save the table as CSV UTF-8 or as .xlsx.")
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": say("This is an old Excel file (.xls), or one with a password."),
    b"%PDF": say("This is a PDF file."),
    b"\x89PNG": say("This is a picture."),
    b"\xff\xd8\xff": say("This is a picture."),
    b"{\\rtf": say("This is a text document, not a table."),
    b"<": say("This is a web page or an XML file, not a table."),
}


@dataclass(frozen=True)
class Row:
    """A row's cells by column. ``number`` is what the spreadsheet shows beside it (header = 1)."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Table:
    """Columns in their order, and rows; every value is a stripped text, "" where empty."""

    columns: tuple[str, ...]
    rows: list[Row]


def read_table_file(path: str | Path, *, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS) -> Table:
    """Read a table from a file; see `read_table`. A file that is too large is not opened."""
    path = Path(path)
    try:
        _refuse_large(path.stat().st_size, max_bytes)
        data = path.read_bytes()
    except OSError as error:
        message = say("The file %(path)s cannot be read: %(why)s.", path=str(path), why=error.strerror)
        raise refuse(message, say("Check its name and place.")) from error
    return read_table(data, path.name, max_bytes=max_bytes, max_rows=max_rows)


def read_table(data: bytes, filename: str = "", *, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS) -> Table:
    """Read a table from the bytes of a CSV or XLSX file.

    Parameters
    ----------
    data
        The file. What it is is told by its content; the name is used in messages only.
    max_bytes, max_rows
        Larger files are refused before they are read.

    Raises
    ------
    TableError
        With every fault found.
    """
    _refuse_large(len(data), max_bytes)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        empty = say("The file %(name)s is empty.", name=filename) if filename else say("The file is empty.")
        raise refuse(empty, say("Choose the file that holds the table."))
    faults = FaultList()
    return _assemble(_cleaned(_source(data, faults)), max_rows, faults)


def _refuse_large(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        message = say(
            "The file has %(size)s MB; at most %(most)s MB can be read.",
            size=f"{size / 1e6:.1f}",
            most=f"{max_bytes / 1e6:g}",
        )
        raise refuse(message, say("Split the table into several files, or leave out columns that are not needed."))


def _source(data: bytes, faults: FaultList) -> Iterator[tuple[int, list[str]]]:
    if data.startswith(b"PK\x03\x04"):
        return xlsx_source.read_rows(data, faults)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, message in _FOREIGN.items():
        if start.startswith(mark):
            raise refuse(message, _SAVE_AS)
    return csv_source.read_rows(data)


def _cleaned(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Strip every cell and leave out rows without any content."""
    for number, cells in rows:
        cleaned = [clean(cell) for cell in cells]
        if any(cleaned):
            yield number, cleaned


def clean(text: str) -> str:
    """Return a cell's text without spaces around it, in one Unicode form (so that names match)."""
    text = text.strip()
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).strip(_INVISIBLE).strip()


def _assemble(rows: Iterator[tuple[int, list[str]]], max_rows: int, faults: FaultList) -> Table:
    head = next(rows, None)
    if head is None:
        raise refuse(say("The table is empty."), say("Put the names of the columns in the first row."))
    columns = _columns(*head, faults)
    body = list(_body(rows, columns, max_rows, faults))
    if not body and not faults.count:
        message = say("There is a header and nothing under it.")
        faults.add(None, None, message, say("Put one row for each person."))
    faults.raise_any()
    return Table(columns, body)


def _columns(number: int, cells: list[str], faults: FaultList) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MAX_COLUMNS:
        message = say("There are %(n)s columns; at most %(most)s can be read.", n=len(cells), most=MAX_COLUMNS)
        raise refuse(message, _SAVE_AS, number)
    seen: set[str] = set()
    for place, name in enumerate(cells, start=1):
        if not name:
            message = say("Column %(place)s has no name.", place=place)
            faults.add(number, None, message, say("Name it, or delete the column."))
        elif name in seen:
            faults.add(number, name, say("This column is there twice."), say("Delete or rename one of them."))
        seen.add(name)
    return tuple(cells)


def _body(
    rows: Iterator[tuple[int, list[str]]], columns: tuple[str, ...], max_rows: int, faults: FaultList
) -> Iterator[Row]:
    width = len(columns)
    max_rows = min(max_rows, MAX_CELLS // max(1, width))
    for place, (number, cells) in enumerate(rows):
        if place >= max_rows:
            message = say("There are more than %(most)s rows.", most=max_rows)
            raise refuse(message, say("Split the table into several files."), number)
        if any(cells[width:]):
            message = say("This row has more cells than the header, which has %(width)s.", width=width)
            faults.add(number, None, message, say("Check for a stray separator, or a text that needs quotes."))
        padded = cells + [""] * (width - len(cells))
        yield Row(number, dict(zip(columns, padded, strict=False)))
