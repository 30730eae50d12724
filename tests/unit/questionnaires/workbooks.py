"""Workbooks for tests."""

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import xlsxwriter


def workbook(*rows: Iterable[Any], change: Callable[[Any, Any], None] | None = None) -> bytes:
    """Return an .xlsx file with these rows on its first sheet; ``change`` may add to the sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("answers")
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, list(cells))
    if change:
        change(sheet, book)
    book.close()
    return out.getvalue()


def with_part(data: bytes, name: str, content: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content(old.read(part)) if part == name else old.read(part))
    return out.getvalue()
