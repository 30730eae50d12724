"""A text that no spreadsheet takes for a formula."""

from __future__ import annotations

import unicodedata

# What starts a formula in one spreadsheet or another, the full-width and small forms that some turn into the
# plain ones, and the minus sign that looks like a hyphen.
STARTS = frozenset("=+-@|%" + "＝＋－＠｜％" + "﹦﹢﹣﹫﹪" + "−")
OPENERS = frozenset("'\"`´‘’“”«»‹›")


def safe_cell(text: str) -> str:
    """The text on one line, with an apostrophe before it where it could begin a formula.

    Leading blanks, quotes and invisible signs do not hide a formula: spreadsheets and later copies drop them.
    """
    line = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    begins = _first_visible(line)
    # A control sign at the very beginning was meant for a spreadsheet, whatever follows it.
    hidden = bool(text) and unicodedata.category(text[0]) == "Cc"
    return f"'{line}" if hidden or begins in STARTS else line


def _first_visible(line: str) -> str:
    for sign in line:
        if sign not in OPENERS and not sign.isspace() and unicodedata.category(sign) != "Cf":
            return sign
    return ""
