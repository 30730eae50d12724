"""A report's table as a file: plain numbers with a point, as every program reads them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from webapp.services.reports.parts import RANGES, Cell, Column, Table
from webapp.services.spreadsheet_safety import safe_cell


def as_csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads(table.columns))
    writer.writerows(
        [value for pair in zip(table.columns, row, strict=True) for value in plain(*pair)] for row in table.rows
    )
    # The mark at the start tells Excel that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def heads(columns: Iterable[Column]) -> list[str]:
    """A range takes two columns."""
    return [
        name
        for column in columns
        for name in ([f"{column.code}_low", f"{column.code}_high"] if column.kind in RANGES else [column.code])
    ]


def plain(column: Column, cell: Cell) -> Iterator[str | float | int]:
    values = (cell or (None, None)) if column.kind in RANGES else (cell,)
    for value in values:
        yield "" if value is None else safe_cell(value) if isinstance(value, str) else value
