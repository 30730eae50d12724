"""Names as they are searched."""

from __future__ import annotations

import secrets
import unicodedata

from sqlalchemy.engine.default import DefaultExecutionContext


def fold(name: str) -> str:
    """A name as it is searched: small letters without their marks, so that `zuk` finds Žukas."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))[:200]


def folded_name(context: DefaultExecutionContext) -> str:
    return fold(context.get_current_parameters().get("name", ""))


def turned(name: str) -> str:
    """The folded name with its last word first: people are looked for by the one or the other."""
    words = fold(name).split()
    return " ".join(words[-1:] + words[:-1])


def turned_name(context: DefaultExecutionContext) -> str:
    return turned(context.get_current_parameters().get("name", ""))


LETTERS = "BCDFGHJKMNPQRSTVWXZ23456789"
"""No vowels, so that no word comes of it; nothing that is read as something else."""

CODE_LENGTH = 9


def new_code() -> str:
    """A name that says nothing of the person: drawn by lot, not derived from anything."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
