"""A list as CSV, line by line: the same names of columns in every language, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from flask_babel import force_locale

from webapp.services.exports.about import facts, flag_meanings, meanings
from webapp.services.exports.columns import columns
from webapp.services.exports.people import Person, everybody
from webapp.services.exports.view import View
from webapp.services.spreadsheet_safety import safe_cell

BYTE_ORDER_MARK = "\ufeff"
LINES_AT_ONCE = 500
Progress = Callable[[int], None]


def csv_parts(view: View, progress: Progress | None = None) -> Iterator[bytes]:
    """The file in pieces of some hundred lines. The mark at its start tells Excel that it is UTF-8."""
    ids = [column.id for column in columns(with_scores=not view.stopped)]
    yield (BYTE_ORDER_MARK + written([ids])).encode()
    lines = _lines(view)
    done = 0
    while some := [line for _place, line in zip(range(LINES_AT_ONCE), lines, strict=False)]:
        yield written(some).encode()
        done += len(some)
        if progress:
            progress(done)


def _lines(view: View) -> Iterator[Sequence[str]]:
    same = [safe_cell(view.model_name), f"{view.as_of:%Y-%m-%dT%H:%MZ}"]
    line = _without_scores if view.stopped else _with_scores
    return (line(person, same) for person in everybody(view))


def _with_scores(person: Person, same: Sequence[str]) -> Sequence[str]:
    figures = (person.p_top_third, person.expected_rating, person.lower_90, person.upper_90)
    return (
        "" if person.place is None else str(person.place),
        str(person.group or ""),
        *_who(person),
        *(figure(value) for value in figures),
        safe_cell(";".join(person.flags)),
        # The days alone: to the second they would tell how much time somebody had.
        day(person.answered),
        day(person.scored),
        *same,
    )


def _without_scores(person: Person, _same: Sequence[str]) -> Sequence[str]:
    return (*_who(person), day(person.answered))


def _who(person: Person) -> tuple[str, ...]:
    return (
        person.code,
        safe_cell(person.name),
        safe_cell(person.address),
        safe_cell(person.stage),
        person.language,
    )


def figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def day(moment: object) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def about_csv(view: View) -> bytes:
    """What belongs beside the file: what it is of, and what each column and flag means."""
    with force_locale(view.wish.language):
        rows: list[Sequence[str]] = [["about", safe_cell(name), safe_cell(said)] for name, said in facts(view)]
        rows += [[name, safe_cell(heading), safe_cell(meaning)] for name, heading, meaning in meanings(view)]
        if not view.stopped:
            rows += [["flags", flag, safe_cell(words)] for flag, words in flag_meanings()]
    return (BYTE_ORDER_MARK + written([["column", "heading", "meaning"], *rows])).encode()


def written(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
