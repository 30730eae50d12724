"""What was typed or pasted to check a receipt: the codes in it, and the lines that were meant as one and are none."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_CODES = 200
MOST_LINES = 20
LONGEST_SHOWN = 60
_DASH = "[-‐-―−]"
_CODE = re.compile(rf"(?<![A-Z0-9-])([A-HJ-NP-Z2-9]{{3}}){_DASH}([A-HJ-NP-Z2-9]{{3}})(?![A-Z0-9-])")
# Nearly a code: letters and digits mixed, three and three letters, or about six capitals. Not a time, a date, a
# receipt's number or a word.
_MIXED = r"(?=[A-Z0-9‐-―−-]*\d)(?=[A-Z0-9‐-―−-]*[A-Z])"
_NEARLY = re.compile(
    rf"(?<![\w:.‐-―−-])(?:{_MIXED}[A-Z0-9]{{2,4}}{_DASH}?[A-Z0-9]{{2,4}}|[A-Z]{{3}}{_DASH}[A-Z]{{3}}|[A-Z]{{5,7}})(?![\w:‐-―−-])"
)


@dataclass(frozen=True)
class OddLine:
    """A line, counted from 1, in which something has not the shape of a code."""

    number: int
    text: str


def codes_in(text: str) -> list[str]:
    """The codes in what was typed or pasted, each once, in their order; a receipt's other words do no harm."""
    found = (f"{first}-{last}" for first, last in _CODE.findall(text.upper()))
    return list(dict.fromkeys(found))[:MOST_CODES]


def odd_lines(text: str) -> list[OddLine]:
    """Beside codes, whatever nearly is one; without any code, every line, as each must have been meant as one."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if codes_in(text):
        found = [OddLine(number, nearly) for number, line in lines for nearly in _nearly(line)]
    else:
        found = [OddLine(number, line[:LONGEST_SHOWN]) for number, line in lines]
    return found[:MOST_LINES]


def _nearly(line: str) -> list[str]:
    """What looks like a mistyped code, as it was typed. Small letters are words, unless six stand alone."""
    spans = [each.span() for each in _NEARLY.finditer(line.upper()) if not _CODE.fullmatch(each.group())]
    typed = [line[start:end] for start, end in spans]
    alone = len(line) == len("abc234")
    return [each for each in typed if each.isupper() or re.search(r"\d", each) or (alone and each == line.lower())]
