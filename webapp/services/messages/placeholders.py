"""What stands in braces in a message and is put in for each person.

There is none for a score, a place or a probability, and none will be: such a figure means something only beside its
interval, the model and what it does not say, and the person has a page of their own where all of that stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.errors import Invalid

PLACEHOLDERS: Mapping[str, object] = {
    "name": _l("the person’s name"),
    "vacancy": _l("the vacancy’s title"),
    "company": _l("your company’s name"),
    "contact": _l("your company’s mail address for applicants"),
    "my_page": _l("the person’s own link to what you hold about them"),
}
LATE = frozenset({"name", "my_page"})
"""Put in when the mail goes out, and not shown to a recruiter: the one may be hidden, the other opens doors."""

OF_A_RESULT = frozenset(
    {"score", "scores", "result", "results", "rank", "place", "probability", "rating", "percentile", "points"}
)
_PARTS = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")


@dataclass(frozen=True)
class Fault:
    """What cannot be put in, and on which line."""

    line: int
    words: str


def faults_in(text: str) -> list[Fault]:
    """Every brace that means nothing here."""
    return [
        Fault(text.count("\n", 0, part.start()) + 1, words) for part in _PARTS.finditer(text) if (words := _fault(part))
    ]


def _fault(part: re.Match[str]) -> str:
    written, name = part.group(), part.group(1)
    if written in ("{{", "}}") or (name is not None and name.strip() in PLACEHOLDERS):
        return ""
    if name is None:
        return _("“%(brace)s” stands alone. Write it twice where you mean the sign itself.", brace=written)
    if name.strip().lower() in OF_A_RESULT:
        return _(
            "there is no placeholder %(written)s: messages hold no figures of a result. They stand on the person’s "
            "own page, with what they mean; write {my_page} for its link.",
            written=written,
        )
    known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
    return _("there is no placeholder %(written)s. You can use %(known)s.", written=written, known=known)


def used_in(*texts: str) -> set[str]:
    """The names of all placeholders in these texts."""
    return {part.group(1).strip() for text in texts for part in _PARTS.finditer(text) if part.group(1) is not None}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text as it is read. Raises `Invalid` with the line of what cannot be put in."""
    return _filled(text, values, literal={"{{": "{", "}}": "}"})


def fill_kept(text: str, values: Mapping[str, str]) -> str:
    """What was kept, for a page. Never raises: what cannot be put in stands as it was written."""
    known = {"{{": "{", "}}": "}"}

    def put_in(part: re.Match[str]) -> str:
        written, name = part.group(), (part.group(1) or "").strip()
        return known.get(written) or values.get(name, written)

    return _PARTS.sub(put_in, text)


def fill_early(text: str, values: Mapping[str, str]) -> str:
    """All but what is put in when the mail goes out. What is filled in now is never taken for a placeholder then."""
    safe = {name: value.replace("{", "{{").replace("}", "}}") for name, value in values.items() if name not in LATE}
    safe |= {name: f"{{{name}}}" for name in LATE}
    return _filled(text, safe, literal={"{{": "{{", "}}": "}}"})


def _filled(text: str, values: Mapping[str, str], literal: Mapping[str, str]) -> str:
    if faults := faults_in(text):
        raise Invalid([_("Line %(line)s: %(words)s", line=each.line, words=each.words) for each in faults])

    def put_in(part: re.Match[str]) -> str:
        return literal.get(part.group()) or values[part.group(1).strip()]

    return _PARTS.sub(put_in, text)
