"""Sentences of the engine inside plain values: packed to be kept, and said again in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires.words import Sentence, packed


def packed_all(value: Any) -> Any:
    """Plain values for JSON in which every sentence keeps how it was made."""
    if isinstance(value, Sentence):
        return packed(value)
    if isinstance(value, Mapping):
        return {name: packed_all(each) for name, each in value.items()}
    return [packed_all(each) for each in value] if isinstance(value, list | tuple) else value
