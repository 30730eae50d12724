"""Names as they are searched."""

from __future__ import annotations

import unicodedata

from sqlalchemy.engine.default import DefaultExecutionContext


def fold(name: str) -> str:
    """A name as it is searched: small letters without their marks, so that `zuk` finds Žukas."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))[:200]


def folded_name(context: DefaultExecutionContext) -> str:
    return fold(context.get_current_parameters().get("name", ""))
