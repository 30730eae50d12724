"""Reading YAML into plain values while remembering the line of each of them.

The reader is stricter than YAML itself. It refuses what makes a questionnaire mean something other
than what it looks like: repeated keys, anchors and aliases (which can also be made to grow without
bound), explicit tags, merged mappings, several documents and very deep nesting.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from questionnaires.faults import Fault, Path, written

DEEPEST = 12
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_TEXT_LIKE = {_TAG + "str", _TAG + "timestamp", _TAG + "value"}
_NO_ALIASES = "anchors and aliases are not accepted; write the text out in full"


@dataclass
class Source:
    """A document as plain values.

    ``lines`` gives the line of every path. ``plain`` gives what was literally written where YAML
    read an unquoted word as a number, a truth value or nothing.
    """

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    plain: dict[Path, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, message: str, line: int | None = None) -> None:
        """Record a fault at a path; the line is the nearest one known."""
        self.faults.append(Fault(self.line(path) if line is None else line, written(path), message))

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_source(text: str) -> Source:
    """Read YAML text; what is wrong with it is in ``faults`` and nothing is raised."""
    reader = _Reader()
    try:
        reader.read(yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        reader.source.fault((), _syntax_message(error), line)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reader.source.fault((), f"a character that is not text ({error.reason})", line)
    return reader.source


def _syntax_message(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    message = f"this is not YAML: {', '.join(parts)}"
    if error.problem and "mapping values are not allowed" in error.problem:
        message += "; put a text that contains a colon in quotes"
    return message


class _Reader:
    """Builds plain values from parser events."""

    def __init__(self) -> None:
        self.source = Source()
        self._events: Iterator[Event] = iter(())
        self._resolver = Resolver()
        self._constructor = SafeConstructor()

    def read(self, events: Iterator[Event]) -> None:
        self._events = events
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self.source.fault((), "a second document starts here; one file, one questionnaire", _line(event))
                    return
            elif isinstance(event, NodeEvent):
                self.source.value = self._node(event, ())

    def _node(self, event: Event, path: Path) -> Any:
        self.source.lines.setdefault(path, _line(event))
        if isinstance(event, AliasEvent):
            self._refuse(path, _NO_ALIASES, event)
            return None
        self._check_decoration(event, path)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path)
        if len(path) >= DEEPEST:
            self._refuse(path, "nested too deeply", event)
            return self._skip()
        return self._mapping(path) if isinstance(event, MappingStartEvent) else self._sequence(path)

    def _check_decoration(self, event: Event, path: Path) -> None:
        if getattr(event, "anchor", None):
            self._refuse(path, _NO_ALIASES, event)
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            self._refuse(path, f"the tag {tag.replace(_TAG, '!!')} is not accepted; write plain text", event)

    def _refuse(self, path: Path, message: str, event: Event) -> None:
        self.source.fault(path, message, _line(event))

    def _skip(self) -> None:
        depth = 1
        while depth:
            event = next(self._events)
            depth += isinstance(event, (MappingStartEvent, SequenceStartEvent))
            depth -= isinstance(event, (MappingEndEvent, SequenceEndEvent))

    def _sequence(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            values.append(self._node(event, (*path, len(values))))
        return values

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, path)
            here = (*path, key)
            first = self.source.lines.get(here)
            repeated = key in values
            if repeated:
                self.source.fault(here, f"given twice; the first is on line {first}", _line(event))
            self.source.lines[here] = _line(event)
            value = self._node(next(self._events), here)
            values[key] = values[key] if repeated else value
        return values

    def _key(self, event: Event, path: Path) -> str:
        if not isinstance(event, ScalarEvent):
            self._refuse(path, "the name of a field must be one word", event)
            self._node(event, (*path, "?"))
            return "?"
        self._check_decoration(event, path)
        if self._tag(event) == _TAG + "merge":
            self._refuse(path, "<< is not accepted; write the fields out in full", event)
        elif self._tag(event) in {_TAG + "bool", _TAG + "null", _TAG + "float"}:
            self._refuse((*path, event.value), trap_message(event.value, self._value(event)), event)
        return str(event.value)

    def _tag(self, event: ScalarEvent) -> str:
        if not event.implicit[0] or event.tag:
            return _TAG + "str"
        return str(self._resolver.resolve(ScalarNode, event.value, (True, False)))

    def _scalar(self, event: ScalarEvent, path: Path) -> Any:
        if self._tag(event) in _TEXT_LIKE:
            return event.value
        self.source.plain[path] = event.value
        value = self._value(event)
        if isinstance(value, float) and not math.isfinite(value):
            self._refuse(path, f"{event.value} is not a number that can be used here", event)
            return None
        return value

    def _value(self, event: ScalarEvent) -> Any:
        """Return what YAML takes an unquoted word for."""
        node = ScalarNode(self._tag(event), event.value)
        try:
            return self._constructor.construct_object(node)
        except (ValueError, yaml.YAMLError):
            return event.value


def _line(event: Event) -> int:
    mark: Any = event.start_mark
    return int(mark.line) + 1


def trap_message(raw: str, value: object) -> str:
    """Say what YAML took an unquoted word for, and how to mend it."""
    said = f"the number {value}"
    for special, name in ((True, "true"), (False, "false"), (None, "nothing")):
        if value is special:
            said = name
    return f'YAML reads {raw or "an empty value"} as {said}; write "{raw}" in quotes'
