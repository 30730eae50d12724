"""Ratings of staff by colleagues: one value per rater, ratee, competence and date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import NamedTuple

from questionnaires.table_faults import FaultList, TableFault
from questionnaires.tables import Row, Table
from questionnaires.words import say

REQUIRED = ("ratee", "rating")
LARGEST_RATING = 1e9
"""No scale is as long as this; beyond it squares of ratings lose their digits."""
COLUMNS = ("ratee", "rater", "rating", "competence", "date")


class Rating(NamedTuple):
    """One person's rating of another.

    ``rater`` is None where raters are not known, ``competence`` None for an overall rating.
    """

    ratee: str
    rater: str | None
    rating: float
    competence: str | None = None
    date: str | None = None


def parse_rating_table(table: Table, *, scale: tuple[float, float] | None = None) -> list[Rating]:
    """Read ratings from a table with the columns ``ratee, rater, rating[, competence][, date]``.

    Parameters
    ----------
    table
        A rectangular table. ``rater`` may be empty throughout; then severity is not known.
    scale
        Lowest and highest possible rating; None takes ratings as they come.

    Raises
    ------
    TableError
        With every fault: a column that is missing or unknown, a ratee or rating that is missing, a rating
        that is no number or outside the scale, a person who rates themselves, a row given twice, and a
        rater or competence named in some rows only.
    """
    _refuse(list(_column_faults(table.columns)))
    faults = list(_value_faults(table.rows, scale))
    faults += _mixed_faults(table.rows, "rater")
    faults += _mixed_faults(table.rows, "competence")
    faults += _duplicate_faults(table.rows)
    if not table.rows:
        message = say("There are no ratings in this file.")
        faults.append(TableFault(None, None, message, say("Add one row per rating.")))
    _refuse(faults)
    return [_rating_of(row) for row in table.rows]


def _refuse(faults: list[TableFault]) -> None:
    """Raise TableError with the faults in the order of their rows, if there are any."""
    collected = FaultList()
    for fault in sorted(faults, key=lambda fault: fault.row or 0):
        collected.add(fault.row, fault.column, fault.message, fault.remedy)
    collected.raise_any()


def _column_faults(columns: Sequence[str]) -> Iterator[TableFault]:
    for name in REQUIRED:
        if name not in columns:
            yield TableFault(1, name, say("The column “%(name)s” is missing.", name=name), _COLUMN_REMEDY)
    for name in columns:
        if name not in COLUMNS:
            yield TableFault(1, name, say("The column “%(name)s” is not known here.", name=name), _COLUMN_REMEDY)


_COLUMN_REMEDY = say("Name the columns ratee, rater, rating and, where needed, competence and date; remove any others.")


def _value_faults(rows: Sequence[Row], scale: tuple[float, float] | None) -> Iterator[TableFault]:
    for row in rows:
        if not row.values["ratee"]:
            message = say("The person who was rated is missing.")
            yield TableFault(row.number, "ratee", message, say("Fill in who was rated."))
        elif row.values["ratee"] == row.values.get("rater"):
            message = say("“%(person)s” rates themselves.", person=row.values["ratee"])
            remedy = say("Remove this row: a rating has to come from somebody else.")
            yield TableFault(row.number, "rater", message, remedy)
        fault = _rating_fault(row, scale)
        if fault:
            yield fault


def _rating_fault(row: Row, scale: tuple[float, float] | None) -> TableFault | None:
    text = row.values["rating"]
    if not text:
        return TableFault(row.number, "rating", say("The rating is missing."), say("Fill it in, or remove the row."))
    number = _number(text)
    if number is None:
        remedy = say("Write a number such as 4 or 3.5, or remove the row.")
        return TableFault(row.number, "rating", say("“%(text)s” is not a number.", text=text), remedy)
    if abs(number) > LARGEST_RATING:
        message = say("The rating %(rating)s cannot be meant.", rating=text)
        return TableFault(row.number, "rating", message, say("Correct it, or remove the row."))
    if scale and not scale[0] <= number <= scale[1]:
        low, high = (f"{end:g}" for end in scale)
        message = say(
            "The rating %(rating)s is outside the scale from %(low)s to %(high)s.", rating=text, low=low, high=high
        )
        remedy = say("Write a number from %(low)s to %(high)s.", low=low, high=high)
        return TableFault(row.number, "rating", message, remedy)
    return None


def _number(text: str) -> float | None:
    """Return a finite number; a decimal comma, as Excel writes it in much of Europe, is understood."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _mixed_faults(rows: Sequence[Row], column: str) -> Iterator[TableFault]:
    """Yield the rows that leave a column empty which other rows fill."""
    empty = [row for row in rows if not row.values.get(column)]
    if len(empty) in (0, len(rows)):
        return
    for row in empty:
        message = say("This row names no %(column)s, while other rows do.", column=column)
        remedy = say("Fill in the %(column)s, or leave the column empty in every row.", column=column)
        yield TableFault(row.number, column, message, remedy)


def _duplicate_faults(rows: Sequence[Row]) -> Iterator[TableFault]:
    """Yield rows that repeat an earlier one; without raters, equal rows may be different people's."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        ratee, rater, *rest = (row.values.get(name, "") for name in ("ratee", "rater", "competence", "date"))
        if not ratee or not rater:
            continue
        first = seen.setdefault((ratee, rater, *rest), row.number)
        if first != row.number:
            message = say("“%(rater)s” already rates “%(ratee)s” in row %(row)s.", rater=rater, ratee=ratee, row=first)
            remedy = say("Keep one of the two rows, or tell them apart by competence or date.")
            yield TableFault(row.number, "ratee", message, remedy)


def _rating_of(row: Row) -> Rating:
    values = row.values
    return Rating(
        values["ratee"],
        values.get("rater") or None,
        float(values["rating"].replace(",", ".")),
        values.get("competence") or None,
        values.get("date") or None,
    )
