"""What asks somebody to look at a question. A flag is a reason to read it, never one to drop it by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from flask_babel import gettext as _

MUCH_SKIPPED = 0.10
BARELY_RELATED = 0.10
Z_90 = 1.645


@dataclass(frozen=True)
class Flag:
    """`language`: in which it shows; empty where it is no matter of language."""

    words: str
    language: str = ""
    strong: bool = False


def flags_of(figures: Mapping[str, Any], learned: Mapping[str, Any]) -> list[Flag]:
    """Everything that is worth a look, the gravest first."""
    found = [*_different(figures), *_related(figures), *_skipped(figures), *_better_options(learned)]
    return sorted(found, key=lambda flag: not flag.strong)


def _different(figures: Mapping[str, Any]) -> Iterator[Flag]:
    """Of a group that differs among staff and among applicants, the graver letter is told once."""
    gravest: dict[tuple[bool, str], str] = {}
    for by_attribute in figures.get("comparisons", {}).values():
        for attribute, comparisons in by_attribute.items():
            for each in comparisons:
                if each["finding"] == "differs":
                    key = (attribute == "language", each["focal"])
                    gravest[key] = max(each["letter"], gravest.get(key, ""))
    for (by_language, focal), letter in sorted(gravest.items()):
        if by_language:
            words = _("works differently in %(language)s: %(letter)s", language=focal.upper(), letter=letter)
            yield Flag(words, focal, letter == "C")
        else:
            yield Flag(_("works differently for a group: %(letter)s", letter=letter), "", letter == "C")


def _related(figures: Mapping[str, Any]) -> Iterator[Flag]:
    """Only where the whole of the likely range is low: among few people a low correlation is often chance."""
    for by_language in figures.get("populations", {}).values():
        described = by_language.get("", {})
        r = described.get("rest_r")
        if r is not None and r + Z_90 / sqrt(described["n"]) < BARELY_RELATED:
            yield Flag(_("hardly goes with the other questions"))
            return


def _skipped(figures: Mapping[str, Any]) -> Iterator[Flag]:
    counts = [each for by_language in figures.get("counts", {}).values() for each in by_language.values()]
    answered, left = (sum(each[name] for each in counts) for name in ("answered", "skipped"))
    if answered + left and left / (answered + left) > MUCH_SKIPPED:
        yield Flag(_("often left out"))


def _better_options(learned: Mapping[str, Any]) -> Iterator[Flag]:
    if any(option.get("review") for option in learned.get("options", [])):
        yield Flag(_("another option than the key's best goes with higher ratings"))
