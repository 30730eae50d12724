"""Everything that a desk of questions shows of answers: staff and applicants, by language, and groups compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from scoring.encoding import AnswerEncoder, Encoded
from scoring.item_desk.comparing import compare_items
from scoring.item_desk.describing import describe_items

EVERYBODY = ""
"""The name under which all languages together are described."""

MOST_COMPARED = 3000
"""Groups are compared on at most so many people, the first of them: more would change no letter that is shown."""

Labels = Sequence[str | None]


def desk_figures(
    questionnaire: Questionnaire,
    form: str,
    populations: Mapping[str, Sequence[AnswerSheet]],
    groups: Mapping[str, Mapping[str, Labels]] | None = None,
) -> dict[str, dict[str, Any]]:
    """Describe and compare; plain values by item id.

    Parameters
    ----------
    populations
        Sheets by name (``staff``, ``applicants``), in an order that says nothing, such as that of a lot.
    groups
        For a population, by attribute, the group of each of its people; their language is always compared.

    Returns
    -------
    dict
        For each item ``populations``: by name and language (`EVERYBODY` for all together) what `describe_items`
        says; and ``comparisons``: by population and attribute a list of comparisons, each with the item's own letter.
    """
    encoder = AnswerEncoder(questionnaire, form)
    result: dict[str, dict[str, Any]] = {item.id: {"populations": {}, "comparisons": {}} for item in encoder.items}
    for name, sheets in populations.items():
        encoded = encoder.encode(sheets)
        languages = [sheet.language or None for sheet in sheets]
        _describe(result, name, encoder, encoded, languages)
        attributes = {"language": languages, **((groups or {}).get(name) or {})}
        for attribute, labels in attributes.items():
            _compare(result, name, attribute, encoder, encoded, labels)
    return result


def _describe(
    result: dict[str, dict[str, Any]], name: str, encoder: AnswerEncoder, encoded: Encoded, languages: Labels
) -> None:
    everybody = np.arange(len(languages))
    parts = {EVERYBODY: everybody} | {
        language: everybody[[each == language for each in languages]]
        for language in sorted({*languages} - {None})  # type: ignore[type-var]
    }
    for language, rows in parts.items():
        for item_id, described in describe_items(encoder, encoded, rows).items():
            result[item_id]["populations"].setdefault(name, {})[language] = described


def _compare(
    result: dict[str, dict[str, Any]],
    name: str,
    attribute: str,
    encoder: AnswerEncoder,
    encoded: Encoded,
    labels: Labels,
) -> None:
    first = slice(0, MOST_COMPARED)
    some = Encoded(encoded.X[first], encoded.key_scores[first], encoded.answered[first])
    by_language = attribute == "language"
    for found in compare_items(encoder, some, labels[first], options=by_language):
        shared = {key: found[key] for key in ("focal", "reference", "n_focal", "n_reference")}
        for item_id, described in result.items():
            own = found["items"].get(item_id, {"letter": "", "finding": "cannot_tell", "options": {}})
            described["comparisons"].setdefault(name, {}).setdefault(attribute, []).append({**shared, **own})
