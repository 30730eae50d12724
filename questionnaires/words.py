"""Sentences for people that a site can say in another language later.

This package, and those above it that do no web, know no languages. What they tell a person they say in
English, and the sentence remembers how it was made: its template is the message that catalogues translate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Sentence(str):
    """An English sentence that keeps its ``template`` and the ``values`` that fill it.

    It compares, prints and goes into JSON as the filled sentence. Taking a part of it or joining it to
    another makes a plain string: translate first, join afterwards.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Any]

    def __reduce__(self) -> tuple[Any, ...]:
        return _filled, (self.template, dict(self.values))


def say(template: str, /, **values: Any) -> Sentence:
    """Return the sentence made of a template and its values.

    Parameters
    ----------
    template
        English, with a named gap ``%(name)s`` for every value; written out where it is used, so that it
        is found when catalogues are gathered. With values, a percent sign is ``%%``, as in any catalogue.
    values
        What fills the gaps. A value may be a sentence itself; it is then translated too.

    Raises
    ------
    KeyError
        Where a gap has no value.
    """
    return _filled(template, values)


def _filled(template: str, values: Mapping[str, Any]) -> Sentence:
    sentence = Sentence(template % values if values else template)
    sentence.template, sentence.values = template, values
    return sentence


def packed(text: str) -> str | dict[str, Any]:
    """Return a sentence as plain values for JSON, without losing its template; other texts as they are."""
    if not isinstance(text, Sentence):
        return str(text)
    return {
        "template": text.template,
        "values": {name: packed(value) if isinstance(value, str) else value for name, value in text.values.items()},
    }


def unpacked(plain: str | Mapping[str, Any]) -> str:
    """Return what `packed` was given."""
    if isinstance(plain, str):
        return plain
    values = {name: unpacked(value) if isinstance(value, Mapping) else value for name, value in plain["values"].items()}
    return _filled(plain["template"], values)
