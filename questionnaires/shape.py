"""Whether a document has the shape that ``schema.json`` describes, said in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from questionnaires.faults import Path
from questionnaires.yaml_source import Source, trap_message

SCHEMA_FILE = FilePath(__file__).with_name("schema.json")
_TYPE_NAMES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a group of fields",
    "null": "nothing",
}
_WITHHELD_FIELDS = {"title", "scene", "stem", "text", "labels", "anchors", "indicators", "not_observed"}


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of the format."""
    loaded: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def _validator() -> Draft202012Validator:
    return validator_of(schema())


def validator_of(wanted: dict[str, Any]) -> Draft202012Validator:
    """Return what `check_shape` needs for a schema of another kind of file."""
    return Draft202012Validator(wanted)


@dataclass(frozen=True)
class _Wrong:
    """What the schema says is wrong, in one place."""

    keyword: str
    wanted: Any
    instance: Any
    properties: tuple[str, ...]
    path: Path
    is_name: bool
    message: str


def check_shape(source: Source, validator: Draft202012Validator | None = None) -> None:
    """Add a fault for everything in the document that a schema, by default the format's, does not allow."""
    for error in (validator or _validator()).iter_errors(source.value):
        for path, message in _explain(error, source):
            source.fault(path, message)


def _explain(error: ValidationError, source: Source) -> Iterator[tuple[Path, str]]:
    if error.validator == "anyOf":
        # Only "nothing or an id" is written so: the branch for the id says what is wrong.
        for cause in error.context or ():
            if cause.schema != {"type": "null"}:
                yield from _explain(cause, source)
        return
    wrong = _gathered(error)
    if wrong.keyword == "required":
        # jsonschema raises one error for each missing name and quotes it first.
        missing = [name for name in wrong.wanted if wrong.message.startswith(repr(name))]
        yield from ((wrong.path, f"{name} is missing") for name in missing)
    elif wrong.keyword == "additionalProperties":
        extras = [name for name in wrong.instance if name not in wrong.properties]
        yield from (((*wrong.path, name), _unknown_field(name, wrong)) for name in extras)
    elif wrong.keyword == "not":
        yield wrong.path, _out_of_place(wrong.path, source)
    else:
        yield (*wrong.path, str(wrong.instance)) if wrong.is_name else wrong.path, _plain_words(wrong, source)


def _gathered(error: ValidationError) -> _Wrong:
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    return _Wrong(
        keyword=str(error.validator),
        wanted=error.validator_value,
        instance=error.instance,
        properties=tuple(known),
        path=tuple(error.absolute_path),
        is_name="propertyNames" in error.absolute_schema_path,
        message=error.message,
    )


def _unknown_field(name: str, wrong: _Wrong) -> str:
    close = get_close_matches(name, wrong.properties, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(wrong.properties)}"
    return f"this field is not known; {hint}"


def _out_of_place(path: Path, source: Source) -> str:
    name = path[-1]
    item = _value_at(source.value, path[:2])
    if name in _WITHHELD_FIELDS and item.get("withheld") is True:
        return f"{name} is given although the item is withheld; leave it out, or set withheld: false"
    return f"{name} does not belong to the format {item.get('format')}; leave it out"


def _value_at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _plain_words(wrong: _Wrong, source: Source) -> str:
    if wrong.path in source.plain and not wrong.is_name and _wants_text(wrong):
        return trap_message(source.plain[wrong.path], wrong.instance)
    say = _SAYINGS.get(wrong.keyword)
    return say(wrong) if say else wrong.message


def _wants_text(wrong: _Wrong) -> bool:
    wanted = wrong.wanted if isinstance(wrong.wanted, list) else [wrong.wanted]
    if wrong.keyword == "type":
        return "string" in wanted and wrong.instance is not None
    return wrong.keyword == "enum" and all(isinstance(each, str) for each in wanted)


def _say_type(wrong: _Wrong) -> str:
    wanted = wrong.wanted if isinstance(wrong.wanted, list) else [wrong.wanted]
    names = " or ".join(_TYPE_NAMES[each] for each in wanted)
    return f"should be {names}, but is {_what(wrong.instance)}"


def _what(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a group of fields"
    return "a list" if isinstance(value, list) else _short(value)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _say_enum(wrong: _Wrong) -> str:
    known = ", ".join(str(each) for each in wrong.wanted)
    return f"{_short(wrong.instance)} is not one of: {known}"


def _say_pattern(wrong: _Wrong) -> str:
    wanted = _PATTERNS.get(str(wrong.wanted), f"written as {wrong.wanted}")
    if wrong.wanted == "\\S":
        return "is empty; write a text, or leave the field out"
    return f"{_short(wrong.instance)} is not {wanted}"


_PATTERNS = {
    "^[A-Za-z0-9_-]+$": "an id: use letters A-Z, digits, _ and - only",
    "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "a language code such as en, ru or lt",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a date such as 2026-11-21",
    "^-?[0-9]+$": "a point of the scale: a whole number",
    "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$": "a version such as 1.0.0",
}
_SAYINGS: dict[str, Callable[[_Wrong], str]] = {
    "type": _say_type,
    "enum": _say_enum,
    "const": lambda wrong: f"should be {_short(wrong.wanted)}, but is {_what(wrong.instance)}",
    "pattern": _say_pattern,
    "minimum": lambda wrong: f"{wrong.instance} is below {wrong.wanted}, the least allowed",
    "maximum": lambda wrong: f"{wrong.instance} is above {wrong.wanted}, the most allowed",
    "minItems": lambda wrong: f"has {len(wrong.instance)} where at least {wrong.wanted} are needed",
    "maxItems": lambda wrong: f"has {len(wrong.instance)} where at most {wrong.wanted} are possible",
    "minProperties": lambda wrong: "is empty; give it for every language",
    "maxLength": lambda wrong: f"is {len(wrong.instance)} characters long; at most {wrong.wanted} fit",
    "uniqueItems": lambda wrong: "names the same thing twice",
}
