"""What a rater's page sends, be it the whole form or one rating at a time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.services.rounds.read_sheet import NOT_OBSERVED
from webapp.services.rounds.save_rating import OwnRating

GIVEN, WAS = "rate:", "was:"


def field_name(performer_id: uuid.UUID, competence: str) -> str:
    return f"{performer_id}:{competence}"


def read_form(sent: Mapping[str, str]) -> list[OwnRating]:
    """What was changed on the page; what stands as the page showed it is left alone, for another tab may be ahead."""
    taken_back = sent.get("clear", "")
    return [
        read_one(name, "" if name == taken_back else value)
        for name, value in _given(sent)
        if name == taken_back or value != sent.get(WAS + name, "")
    ]


def _given(sent: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name.removeprefix(GIVEN), value) for name, value in sent.items() if name.startswith(GIVEN))


def read_json(sent: Any) -> OwnRating:
    """One rating, as the script of the page sends it."""
    if not isinstance(sent, dict) or not all(isinstance(sent.get(key), str) for key in ("name", "value")):
        raise Invalid([not_understood()])
    return read_one(sent["name"], sent["value"])


def read_one(name: str, value: str) -> OwnRating:
    performer, _colon, competence = name.partition(":")
    try:
        performer_id = uuid.UUID(performer)
        number = None if value in ("", NOT_OBSERVED) else int(value)
    except ValueError:
        raise Invalid([not_understood()]) from None
    return OwnRating(performer_id, competence, number, value == NOT_OBSERVED)


def not_understood() -> str:
    return str(_("This rating could not be understood. Reload the page and choose again."))
