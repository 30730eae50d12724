"""Cells carry the name of their column, so that a row can stand as a card where the table is too wide."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

CELL = re.compile(r"<(?P<tag>t[rdh])\b(?P<rest>[^>]*)>")
SPAN = re.compile(r'colspan="(\d+)"')


def striptags(words: str) -> str:
    """A label as it is read: translations come as markup."""
    return Markup(escape(words)).striptags()  # noqa: S704 - escaped right here


def with_labels(rows: str, columns: Sequence[str | tuple[str, str]]) -> Markup:
    """Rows of a table whose plain cells say in `data-label` what stands over them."""
    names = [striptags(column if isinstance(column, str) else column[0]) for column in columns]
    place = 0

    def told(found: re.Match[str]) -> str:
        nonlocal place
        tag, rest = found["tag"], found["rest"]
        if tag == "tr":
            place = 0
            return found[0]
        here, span = place, SPAN.search(rest)
        place += int(span[1]) if span else 1
        whole_row = here == 0 and span is not None
        if tag == "th" or whole_row or here >= len(names) or not names[here]:
            return found[0]
        return f'<td{rest} data-label="{escape(names[here])}">'

    return Markup(CELL.sub(told, rows))  # noqa: S704 - `rows` is the template's own, escaped already
