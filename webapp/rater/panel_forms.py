"""What an expert's page sends, be it the whole form or one rating at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.errors import Invalid
from webapp.rater.forms import GIVEN, WAS, not_understood
from webapp.services.panel.rate_options import GivenRating


def field_name(item: str, option: str) -> str:
    return f"{item}:{option}"


def read_panel_form(sent: Mapping[str, str]) -> list[GivenRating]:
    """What was changed on the page; what stands as the page showed it is left alone, for another tab may be ahead."""
    taken_back = sent.get("clear", "")
    given = {name.removeprefix(GIVEN): value for name, value in sent.items() if name.startswith(GIVEN)}
    return [
        read_rating(name, "" if name == taken_back else value)
        for name, value in given.items()
        if name == taken_back or value != sent.get(WAS + name, "")
    ]


def read_panel_json(sent: Any) -> GivenRating:
    """One rating, as the script of the page sends it."""
    if not isinstance(sent, dict) or not all(isinstance(sent.get(key), str) for key in ("name", "value")):
        raise Invalid([not_understood()])
    return read_rating(sent["name"], sent["value"])


def read_rating(name: str, value: str) -> GivenRating:
    item, colon, option = name.partition(":")
    if not colon or not (value == "" or (value.isascii() and value.isdecimal() and len(value) <= 2)):
        raise Invalid([not_understood()])
    return GivenRating(item, option, int(value) if value else None)
