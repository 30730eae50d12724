"""Whether a password is among the first that somebody would try."""

from __future__ import annotations

import re
from collections.abc import Iterable

COMMON = """
    administrator admin dragon football iloveyou letmein login makings master monkey passw0rd password princess
    qwerty shadow sunshine superman trustno1 user welcome
    пароль йцукен любовь привет slaptažodis slaptazodis labas
"""
ROWS = "01234567890 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm йцукенгшщзхъ 1q2w3e4r5t6y"
SHORTEST_RUN = 4
FEWEST_SIGNS = 5
SHORTEST_REST = 8


def is_easy_to_guess(password: str, about: Iterable[str] = ()) -> bool:
    """Whether little is left of it without common words, rows of keys and what is known `about` the person."""
    rest = password.casefold()
    if len(set(rest)) < FEWEST_SIGNS:
        return True
    known = {word for text in about for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= SHORTEST_RUN}
    for word in sorted({*COMMON.split(), *known}, key=len, reverse=True):
        rest = rest.replace(word, " ")
    for row in ROWS.split():
        rest = without_runs(without_runs(rest, row), row[::-1])
    return len("".join(rest.split())) < SHORTEST_REST


def without_runs(text: str, row: str) -> str:
    """The text without every part of the row that is long enough to be no accident."""
    for length in range(len(row), SHORTEST_RUN - 1, -1):
        for start in range(len(row) - length + 1):
            text = text.replace(row[start : start + length], " ")
    return text
