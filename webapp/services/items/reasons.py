"""Why a question is set aside, in a list of our own."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REASONS: dict[str, LazyString] = {
    "translation": _l("The translation says something else"),
    "unclear": _l("People in this language read it in different ways"),
    "fairness": _l("It works differently for a group of people"),
    "known": _l("It has become known"),
    "outdated": _l("It no longer fits the work, the law or the times"),
    "other": _l("Another reason, told below"),
}
LONGEST_NOTE = 1000


def reason_words(code: str) -> LazyString | str:
    return REASONS.get(code, code)
