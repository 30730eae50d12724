"""Differential item functioning as one letter an item and comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from scoring.encoding import AnswerEncoder, Encoded
from scoring.groups.checks import SMALLEST_GROUP
from scoring.groups.coding import responses_of
from scoring.groups.dif import DIFFERS, EQUIVALENT, Comparison, ItemDif, dif


def compare_items(
    encoder: AnswerEncoder,
    encoded: Encoded,
    labels: Sequence[str | None],
    reference: str | None = None,
    *,
    options: bool = True,
) -> list[dict[str, Any]]:
    """Compare every group of 30 people and more with a reference group, the largest unless named.

    Parameters
    ----------
    labels : sequence of n
        The group of each person; None where not known.
    options
        Also compare each option, which takes most of the time.

    Returns
    -------
    list of dict
        For each other group ``focal``, ``reference``, ``n_focal``, ``n_reference`` and ``items``: by item id its
        ``letter`` (A negligible, B, C; empty where it cannot be told), ``finding`` (``differs``, ``equivalent``,
        ``cannot_tell``), the standardised ``difference`` and its ``error``, and ``options`` that differ with their
        letters. Groups that are too small have no items.
    """
    sizes = Counter(label for label in labels if label)
    large = {label for label, n in sizes.items() if n >= SMALLEST_GROUP}
    base = reference if reference in large else max(sorted(large), key=lambda each: sizes[each], default=None)
    small = [_untold(label, base, sizes) for label in sorted(set(sizes) - large)]
    if base is None or len(large) < 2:
        return small
    rows = np.array([place for place, label in enumerate(labels) if label in large])
    responses = responses_of(encoder, Encoded(encoded.X[rows], encoded.key_scores[rows], encoded.answered[rows]))
    if not options:
        responses = type(responses).of(responses.scores, responses.items)
    found = dif(responses, [labels[row] for row in rows.tolist()], base)
    return [*(_told(each) for each in found), *small]


def _untold(label: str, base: str | None, sizes: Counter[str]) -> dict[str, Any]:
    return {
        "focal": label,
        "reference": base,
        "n_focal": sizes[label],
        "n_reference": sizes[base] if base else 0,
        "items": {},
    }


def _told(found: Comparison) -> dict[str, Any]:
    differing: dict[str, dict[str, str]] = {}
    for option in found.options:
        if option.finding == DIFFERS:
            item, _dot, part = option.option.partition(".")
            differing.setdefault(item, {})[part] = option.uniform.letter
    return {
        "focal": found.focal,
        "reference": found.reference,
        "n_focal": found.n_focal,
        "n_reference": found.n_reference,
        "items": {each.item: _item(each, differing.get(each.item, {})) for each in found.items},
    }


def _item(found: ItemDif, options: dict[str, str]) -> dict[str, Any]:
    return {
        "letter": _letter(found),
        "finding": found.finding,
        "difference": _rounded(found.uniform.difference),
        "error": _rounded(found.uniform.error),
        "options": options,
    }


def _letter(found: ItemDif) -> str:
    """The class of a difference that is found, A where it is surely negligible, nothing in between."""
    if found.finding == DIFFERS:
        return max(found.uniform.letter, found.nested.letter)
    return "A" if found.finding == EQUIVALENT else ""


def _rounded(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
