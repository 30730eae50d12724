"""What the browser's script sends, read strictly: a wrong type is refused, never bent into a right one."""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import request
from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.services.save_answer import GivenAnswer

LONGEST_BODY = 64 * 1024
LONGEST_SECONDS = 86_400
MOST_TIMES = 100_000
HIGHEST_REVISION = 1_000_000
LONGEST_ITEM = 100
MOST_OPTIONS = 100

Value = TypeVar("Value")


class TooLarge(Invalid):
    """More than any answer needs."""

    status = 413


def read_given() -> GivenAnswer:
    """The answer in this request's body."""
    return given_in(read_body())


def given_in(body: bytes) -> GivenAnswer:
    sent = object_in(body)
    away = required(sent, "away", or_nothing(an_object)) if "away" in sent else None
    return GivenAnswer(
        item_id=required(sent, "item", short_text),
        value=required(sent, "value", or_nothing(an_object)),
        revision=required(sent, "revision", whole(HIGHEST_REVISION)),
        positions=required(sent, "order", option_ids),
        seconds=or_nothing(seconds)(sent.get("seconds")),
        away_count=None if away is None else required(away, "count", whole(MOST_TIMES)),
        away_seconds=None if away is None else required(away, "seconds", seconds),
        key=required(sent, "key", a_uuid),
    )


def read_body() -> bytes:
    if (request.content_length or 0) > LONGEST_BODY:
        raise TooLarge([_("This answer is too long.")])
    request.max_content_length = LONGEST_BODY
    return request.get_data(cache=False)


def object_in(body: bytes) -> Mapping[str, Any]:
    try:
        sent = json.loads(body, parse_constant=refuse)
        if UNUSUAL.search(body):
            check_letters(sent)
    except (ValueError, RecursionError) as error:
        raise not_understood() from error
    return an_object(sent)


# A letter that is written as its number.
UNUSUAL = re.compile(rb"\\u(?:0000|[dD])")


def check_letters(sent: Any) -> None:
    """Refuse what the database could not keep: half a letter, or the letter that ends a text."""
    if "\\u0000" in json.dumps(sent, ensure_ascii=False).encode().decode():
        raise not_understood()


def not_understood() -> Invalid:
    return Invalid([_("What was sent could not be understood. Nothing was changed. Go back and try again.")])


def refuse(_text: object) -> Any:
    raise not_understood()


def required(sent: Mapping[str, Any], name: str, read: Callable[[Any], Value]) -> Value:
    return read(sent[name]) if name in sent else refuse(name)


def or_nothing(read: Callable[[Any], Value]) -> Callable[[Any], Value | None]:
    return lambda value: None if value is None else read(value)


def an_object(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else refuse(value)


def short_text(value: Any) -> str:
    return value if type(value) is str and 0 < len(value) <= LONGEST_ITEM else refuse(value)


def whole(highest: int) -> Callable[[Any], int]:
    return lambda value: value if type(value) is int and 0 <= value <= highest else refuse(value)


def seconds(value: Any) -> float:
    good = type(value) in (int, float) and math.isfinite(value) and 0 <= value <= LONGEST_SECONDS
    return float(value) if good else refuse(value)


def option_ids(value: Any) -> list[str]:
    good = type(value) is list and len(value) <= MOST_OPTIONS and all(type(each) is str for each in value)
    return value if good and len(set(value)) == len(value) else refuse(value)


def a_uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(short_text(value))
    except ValueError:
        return refuse(value)
