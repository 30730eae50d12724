"""The plain document behind a questionnaire: taken out of it, cleared of its key, written as YAML again."""

from __future__ import annotations

from typing import Any

import yaml

from questionnaires.definition import Questionnaire
from questionnaires.yaml_source import read_source

Document = dict[str, Any]

_OPEN_FIELDS = (
    "format",
    "name",
    "version",
    "languages",
    "title",
    "description",
    "authorship",
    "licence",
    "time_allowance_minutes",
    "purpose",
    "practice",
    "sections",
    "forms",
    "items",
)
_OPEN_ITEM_FIELDS = (
    "id",
    "format",
    "title",
    "scene",
    "stem",
    "instruction",
    "options",
    "scale",
    "indicators",
    "not_observed",
)


def document_of(questionnaire: Questionnaire) -> Document:
    """Return what the questionnaire's own source says, as plain values; comments and layout are not in it."""
    document: Document = read_source(questionnaire.source).value
    return document


def without_key(document: Document) -> Document:
    """Return a copy that no answer could be read from.

    Only fields that a candidate's own system needs are taken over, so that a field added to the format later
    stays at home until somebody decides otherwise. Facets go too: to know what an item measures is half its key.
    Likert items come out with direction 0.
    """
    kept = {name: document[name] for name in _OPEN_FIELDS if name in document}
    for name in ("practice", "items"):
        if name in kept:
            kept[name] = [_open_item(item) for item in kept[name]]
    return kept


def _open_item(item: Document) -> Document:
    kept = {name: item[name] for name in _OPEN_ITEM_FIELDS if name in item}
    if "options" in kept:
        kept["options"] = [
            {name: option[name] for name in ("id", "text") if name in option} for option in kept["options"]
        ]
    return kept | ({"direction": 0} if "direction" in item else {})


class _Writer(yaml.SafeDumper):
    """Writes every text out in full: the format accepts no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _text)


def yaml_text(document: Document) -> str:
    """Return a document as YAML that `questionnaires.loading` reads back to the same values."""
    text: str = yaml.dump(document, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=110)
    return text
