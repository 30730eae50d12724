"""Reading delimited text as spreadsheets and statistics programs really write it.

UTF-8 with or without a byte-order mark; UTF-16, which Excel calls "Unicode text"; commas, semicolons
(Excel where the comma is the decimal sign) or tabs; Excel's ``sep=`` line.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from questionnaires.table_faults import TableError, refuse
from questionnaires.words import say

LONGEST_CELL = 32_767  # what a spreadsheet's cell holds
DELIMITERS = (",", ";", "\t")
_AS_UTF8 = say('Save it as "CSV UTF-8" (in Excel: File, Save As) or as .xlsx.')
_LONG = say("A cell is longer than %(most)s characters; often a quote is opened and never closed.", most=LONGEST_CELL)
_LONG_REMEDY = say("Shorten the cell, or close the quote.")
_QUOTE_REMEDY = say('Close the quote, or write a quote inside a cell twice: "".')


def decode(data: bytes) -> str:
    """Return the text of a file.

    Raises
    ------
    TableError
        Where it is neither UTF-8 nor UTF-16; the row of the first strange byte is named.
    """
    encoding = _encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8-sig":
            raise refuse(say("The file breaks off in the middle of a character."), _AS_UTF8) from error
        row = data.count(b"\n", 0, error.start) + 1
        message = say("There are letters in an old encoding here (perhaps windows-1251 or windows-1257).")
        raise refuse(message, _AS_UTF8, row) from error


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = data[:400]
    if start[1::2].count(0) > len(start) / 5:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > len(start) / 5 else "utf-8-sig"


def read_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row, as a spreadsheet counts, and its cells.

    Raises
    ------
    TableError
        For a strange encoding, a NUL character, a quote never closed, or a cell longer than a
        spreadsheet holds.
    """
    text = decode(data)
    _refuse_nul(text)
    text, delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _strange_row(error, number) from error
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise refuse(_LONG, _LONG_REMEDY, number)
        yield number, cells


def _refuse_nul(text: str) -> None:
    place = text.find("\0")
    if place >= 0:
        row = text.count("\n", 0, place) + 1
        raise refuse(say("There is a NUL character here, so this is not a text file."), _AS_UTF8, row)


def _delimiter(text: str) -> tuple[str, str]:
    """Return the text without a ``sep=`` line, and the character between its cells."""
    said = re.match(r"\ufeff?sep=(.)\r?\n?", text)
    if said:
        return text[said.end() :], said.group(1)
    header = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    outside_quotes = re.sub(r'"[^"]*"', "", header)
    return text, max(DELIMITERS, key=outside_quotes.count)


def _strange_row(error: csv.Error, number: int) -> TableError:
    said = str(error)
    if "field larger" in said:
        return refuse(_LONG, _LONG_REMEDY, number)
    if "expected after" in said:
        message = say("Something follows a closing quote, so where this cell ends is not clear.")
        return refuse(message, _QUOTE_REMEDY, number)
    return refuse(say("A quote is opened in this row and never closed."), _QUOTE_REMEDY, number)
