"""What somebody typed on the pages that write to applicants."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from webapp.config import LANGUAGES
from webapp.errors import NotFound
from webapp.services.messages.plan_sending import UNKNOWN, Wording

NOBODY_KNOWS = "unknown"
"""How a form calls the people whose language nobody knows."""

LONGEST_TOKEN = 64


@dataclass(frozen=True)
class Asked:
    """The fields of the form, as they came."""

    step: str = ""
    codes: tuple[str, ...] = ()
    batch_id: uuid.UUID | None = None
    template: str = ""
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    after_the_day: bool = False
    start: int = 0
    token: str = ""

    @property
    def wording(self) -> Wording:
        """Languages in which something was written; `checked` says what is missing in them."""
        written = {code: each for code, each in self.texts.items() if each["subject"].strip() or each["text"].strip()}
        return Wording(written, self.instead)

    def with_texts(self, texts: dict[str, dict[str, str]]) -> Asked:
        return replace(self, texts=texts)


def read_asked(values: MultiDict[str, str]) -> Asked:
    """Read what was sent; numbers that make no sense are left out."""
    return Asked(
        step=values.get("step", ""),
        codes=tuple(values.getlist("person")),
        batch_id=_number(values.get("batch", "")),
        template=values.get("template", ""),
        texts={
            code: {part: values.get(f"{part}_{code}", "") for part in ("subject", "text")}
            for code in LANGUAGES
            if f"text_{code}" in values
        },
        instead={_language(name): values.get(f"instead_{name}", "") for name in (*LANGUAGES, NOBODY_KNOWS)},
        after_the_day=values.get("when") == "day",
        start=max(0, values.get("start", 0, type=int)),
        token=values.get("token", "")[:LONGEST_TOKEN] or secrets.token_urlsafe(24),
    )


def _language(name: str) -> str:
    return UNKNOWN if name == NOBODY_KNOWS else name


def _number(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise NotFound from None
