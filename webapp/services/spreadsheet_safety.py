"""A text that no spreadsheet takes for a formula."""

from __future__ import annotations

import unicodedata

# What starts a formula in one spreadsheet or another, the full-width and small forms that some turn into the
# plain ones, and the minus sign that looks like a hyphen.
STARTS = frozenset("=+-@|%" + "＝＋－＠｜％" + "﹦﹢﹣﹫﹪" + "−")
OPENERS = frozenset("'\"`´‘’“”«»‹›")
# What parts cells in one country or another, or may be dropped like a blank: a formula may follow it.
PARTERS = frozenset(";,~|\\^")
# Signs that Unicode lets a program leave out (Default_Ignorable_Code_Point), beside those of the category Cf.
UNSEEN = (
    *((0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x2800, 0x2800)),
    *((0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF)),
)


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
    """The first sign that a spreadsheet may take for the beginning of what is in the cell."""
    return next((sign for sign in line if sign in STARTS or not _is_skipped(sign)), "")


def _is_skipped(sign: str) -> bool:
    return sign in OPENERS or sign in PARTERS or sign.isspace() or _is_unseen(sign)


def _is_unseen(sign: str) -> bool:
    """Drawn as nothing; a combining mark without a letter before it hides as well."""
    number = ord(sign)
    drawn = unicodedata.category(sign) not in ("Cf", "Mn", "Me", "Mc")
    return not drawn or any(first <= number <= last for first, last in UNSEEN)
