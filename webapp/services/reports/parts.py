"""What a report is made of: sections, each with a chart, tables, and what its figures mean and do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup

from webapp.services.describe_figures import number, share

Figures = Mapping[str, Any]
Kind = Literal["text", "count", "number", "small", "signed", "share", "range", "signed_range", "shares", "counts"]
Cell = Any
"""A text, a number, or the two ends of a range; None where it is not known."""

DASH = "–"
NUMERIC = frozenset({"count", "number", "small", "signed", "share", "range", "signed_range", "shares", "counts"})
RANGES = frozenset({"range", "signed_range", "shares", "counts"})


@dataclass(frozen=True)
class Column:
    """One column: as the page calls it, as the file calls it, and how its cells are written."""

    name: str
    code: str
    kind: Kind = "text"

    def said(self, cell: Cell) -> str:
        """The cell in the reader's own writing."""
        if cell is None or (self.kind in RANGES and cell[0] is None):
            return DASH
        return _WRITERS[self.kind](cell)

    @property
    def head(self) -> str | tuple[str, str]:
        """As the table macro takes it."""
        return (self.name, "num") if self.kind in NUMERIC else self.name


def signed(value: float, digits: int = 2) -> str:
    """A difference: a plus sign, or a true minus sign."""
    shown = round(value, digits)
    text = str(format_decimal(abs(shown), format=f"0.{'0' * digits}"))
    return text if not shown else f"{'+' if shown > 0 else '−'}{text}"


def _range(ends: Sequence[float], write: Any) -> str:
    low, high = ends
    return f"{write(low)} – {write(high)}" if high is not None else _("%(low)s and more", low=write(low))


_WRITERS: dict[str, Any] = {
    "text": str,
    "count": lambda cell: str(format_decimal(cell)),
    "number": number,
    "small": lambda cell: number(cell, 3),
    "signed": signed,
    "share": share,
    "range": lambda cell: _range(cell, number),
    "signed_range": lambda cell: _range(cell, lambda end: number(end) if end >= 0 else f"−{number(-end)}"),
    "shares": lambda cell: _range(cell, share),
    "counts": lambda cell: _range(cell, format_decimal),
}


@dataclass(frozen=True)
class Table:
    """Figures in rows; the same on the page and in the file."""

    code: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]

    @property
    def heads(self) -> list[str | tuple[str, str]]:
        return [column.head for column in self.columns]

    def said(self) -> Iterator[list[tuple[Column, str]]]:
        """Every row's cells as the page writes them."""
        for row in self.rows:
            yield [(column, column.said(cell)) for column, cell in zip(self.columns, row, strict=True)]


@dataclass(frozen=True)
class Section:
    """One part of a report. Without a table it says that the model has no such figures."""

    code: str
    title: str
    means: str
    not_means: str
    tables: Sequence[Table] = ()
    chart: Markup | None = None
    key: str = ""
    """What the marks of the chart stand for, where the chart itself does not say it."""
    lines: Sequence[str] = field(default=())
    """Further sentences, below."""
    further: Sequence[tuple[str, str]] = ()
    """Tables that are files only, by code and name."""
    absent: str = ""
    """Why there is nothing, where the usual sentence would not be true."""

    @property
    def empty(self) -> bool:
        return not self.tables and not self.chart

    @property
    def why_empty(self) -> str:
        return self.absent or _("Not computed for this model.")


def ends(row: Mapping[str, Any], low: str = "low", high: str = "high") -> tuple[Any, Any]:
    """The two ends of an interval, as a range cell holds them."""
    return row.get(low), row.get(high)
