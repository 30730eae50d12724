"""Reading the first sheet of an Excel workbook, with guards against files made to exhaust memory."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineSheet, SheetVisibleEnum, load_workbook

from questionnaires.table_faults import FaultList, refuse
from questionnaires.words import say

LARGEST_UNPACKED = 150_000_000
MOST_CELLS = 10_000_000
# Many cells may refer to one long text, so what a sheet says in all is counted apart from what it weighs.
MOST_TEXT = 100_000_000
_AS_XLSX = say("Open it in Excel or LibreOffice and save it as .xlsx, without a password.")
_AS_CSV = say("Keep only the table on the first sheet, or save it as CSV UTF-8.")
# Everything that a damaged archive has been seen to raise, in Python's unpackers and in calamine.
DAMAGE = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    RuntimeError,
)
_CELL = re.compile(rb"""<(?:\w+:)?c\s([^>]*?)\br\s*=\s*["']([A-Z]{1,4})(\d{1,9})["']([^>]*)>""")
# A row whose first cell does not say where it stands.
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d{1,9})["'][^>]*>\s*<(?:\w+:)?c(?![^>]*?\br\s*=)""")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_SHARED_INDEX = re.compile(
    rb"""\bt\s*=\s*["']s["'][^>]*>\s*(?:<(?:\w+:)?f\b[^>]*/?>[^<]*(?:</(?:\w+:)?f>)?)?<(?:\w+:)?v>(\d{1,9})<"""
)
_TEXT_END = re.compile(rb"<(?:\w+:)?si\b[^>]*/>|</(?:\w+:)?si\s*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_RELATION_ID = re.compile(rb"""\w+:id\s*=\s*["']([^"']*)["']""")
_ID = re.compile(rb"""\bId\s*=\s*["']([^"']*)["']""")
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']/?(?:xl/)?([^"']*)["']""")


def read_rows(data: bytes, faults: FaultList) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row of the first visible sheet, and its cells as texts.

    Merged cells, errors instead of values and numbers that lost digits are added to ``faults``.

    Raises
    ------
    TableError
        For a workbook that is damaged, protected or too large.
    """
    try:
        yield from _rows(data, faults)
    except DAMAGE as error:
        raise refuse(say("This workbook is damaged or protected and cannot be read."), _AS_XLSX) from error


def _rows(data: bytes, faults: FaultList) -> Iterator[tuple[int, list[str]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _refuse_foreign(archive)
        _refuse_large(archive)
        workbook = load_workbook(io.BytesIO(data))
        index = _first_visible(workbook.sheets_metadata)
        xml = archive.read(_part_of_sheet(archive, index))
        _inspect(xml, faults)
        _refuse_repeated(xml, _shared_texts(archive))
    sheet = workbook.get_sheet_by_index(index)
    _find_merged(sheet, faults)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [_text(cell, number, faults) for cell in cells]


def _refuse_foreign(archive: zipfile.ZipFile) -> None:
    if not any(name.endswith("workbook.xml") for name in archive.namelist()):
        raise refuse(say("This is not an Excel workbook (.xlsx)."), _AS_XLSX)


def _refuse_large(archive: zipfile.ZipFile) -> None:
    """Add up what the parts say they unpack to, then check that they spoke the truth."""
    if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
        message = say("This workbook unpacks to more than %(most)s MB.", most=LARGEST_UNPACKED // 1_000_000)
        raise refuse(message, _AS_CSV)
    damaged = archive.testzip()
    if damaged:
        raise zipfile.BadZipFile(damaged)


def _first_visible(sheets: list[Any]) -> int:
    for index, sheet in enumerate(sheets):
        if sheet.visible == SheetVisibleEnum.Visible:
            return index
    raise refuse(say("This workbook has no visible sheet."), say("Put the table on the first sheet."))


def _part_of_sheet(archive: zipfile.ZipFile, index: int) -> str:
    """Return the name of the archive's part that holds a sheet."""
    names = archive.namelist()
    book = next(name for name in names if name.endswith("workbook.xml"))
    links = next(name for name in names if name.endswith("workbook.xml.rels"))
    relation = _group(_RELATION_ID, _SHEET.findall(archive.read(book))[index])
    links_by_id = {_group(_ID, tag): tag for tag in _RELATION.findall(archive.read(links))}
    target = _group(_TARGET, links_by_id[relation]).decode()
    return next(name for name in names if name.endswith(target))


def _group(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    match = pattern.search(text)
    return match.group(1) if match else b""


def _inspect(xml: bytes, faults: FaultList) -> None:
    """Refuse a sheet that reaches too far; find cells that hold an error instead of a value.

    The reader lays the sheet out as a full rectangle, so that a single far cell could exhaust memory.
    """
    if b"\0" in xml:
        raise ValueError("a sheet that is not UTF-8")
    last = max((int(row.group(1)) for row in _ROW.finditer(xml)), default=0)
    columns: set[bytes] = set()
    for cell in _CELL.finditer(xml):
        before, letters, row, after = cell.groups()
        if after.endswith(b"/"):
            continue
        columns.add(letters)
        last = max(last, int(row))
        if _ERROR.search(before + after):
            place = (letters + row).decode()
            message = say("Cell %(place)s holds an error.", place=place)
            faults.add(int(row), None, message, say("Mend its formula."))
    width = max((_column_number(letters) for letters in columns), default=1)
    _refuse_wide(last, width)


def _refuse_wide(last: int, width: int) -> None:
    if last * width > MOST_CELLS:
        message = say(
            "The sheet reaches to row %(row)s and column %(column)s, more than can be read at once.",
            row=last,
            column=width,
        )
        raise refuse(message, say("Delete everything below and beside the table, or save it as CSV UTF-8."))


def _shared_texts(archive: zipfile.ZipFile) -> bytes:
    return b"".join(archive.read(name) for name in archive.namelist() if name.lower().endswith("sharedstrings.xml"))


def _refuse_repeated(xml: bytes, shared: bytes) -> None:
    """Refuse a sheet that repeats long texts: the reader makes a copy of the text for every cell.

    A reference that is written in an unusual way counts as one to the longest text.
    """
    if b"<!" in xml or b"<!" in shared or b"\0" in shared:
        raise ValueError("comments, sections and other encodings can hide what a part says")
    lengths = [len(piece) for piece in _TEXT_END.split(shared)]
    told = [int(number) for number in _SHARED_INDEX.findall(xml)]
    untold = sum(1 for _each in _SHARED.finditer(xml)) - len(told)
    size = sum(lengths[number] for number in told) + untold * max(lengths)
    if size > MOST_TEXT:
        message = say("This workbook unpacks to more than %(most)s MB.", most=MOST_TEXT // 1_000_000)
        raise refuse(message, _AS_CSV)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _find_merged(sheet: CalamineSheet, faults: FaultList) -> None:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        cells = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
        message = say("The cells %(cells)s are merged.", cells=cells)
        faults.add(top + 1, None, message, say("Unmerge them and fill each one."))


def _letters(column: int) -> str:
    """Return a column's letters; the first column is 0."""
    before, last = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(65 + last)


def _text(cell: object, row: int, faults: FaultList) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        return _number(float(cell), row, faults)
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _number(value: float, row: int, faults: FaultList) -> str:
    if abs(value) >= 1e15:
        message = say(
            "The spreadsheet keeps only 15 digits, so %(number)s may have lost its last ones.", number=f"{value:.0f}"
        )
        faults.add(row, None, message, say("Format the column as text and type the number again."))
    return str(int(value)) if value.is_integer() else format(value, ".15g")
