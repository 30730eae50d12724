"""Each item and option among some people: how often it was answered and chosen, and by whom of like score.

Descriptive: nothing is tested here, and nothing is ever keyed, weighted or trimmed by it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from questionnaires.definition import Item, ResponseFormat
from scoring.encoding import AnswerEncoder, Encoded, row_means
from scoring.groups.matching import rest_score

FEWEST_TO_CORRELATE = 30
_CHOICES = (ResponseFormat.BEST_WORST, ResponseFormat.PICK_ONE)


def describe_items(encoder: AnswerEncoder, encoded: Encoded, rows: np.ndarray) -> dict[str, dict[str, Any]]:
    """Describe every item among the people of ``rows``; plain values by item id.

    Parameters
    ----------
    rows : ndarray of int
        Places of these people in ``encoded``.

    Returns
    -------
    dict
        For each item: ``n`` people, ``answered`` of them completely, ``mean`` and ``spread`` of its key score,
        ``rest_r``, its correlation with the mean key score of the other items (None among fewer than
        30 people), and ``options``.

        An option has counts (``best`` and ``worst``, or ``chosen``) and the mean rest score of those people (
        ``rest_best`` ...), or ``mean``, its mean standardised rating or turned rank, high being good. Key scores run
        from 0 to 1.
    """
    scores = encoded.key_scores[rows]
    every = np.ones(len(encoder.items), dtype=bool)
    described = {}
    for place, (item, block) in enumerate(zip(encoder.items, encoder.blocks, strict=True)):
        own, rest = scores[:, place], rest_score(scores, every, place)
        columns = encoded.X[rows, block.columns]
        described[item.id] = {
            "n": len(rows),
            "answered": int((~_missing(item, columns)).sum()),
            "mean": _mean(own),
            "spread": _spread(own),
            "rest_r": _correlation(own, rest),
            "options": _options(item, columns, rest),
        }
    return described


def total_scores(encoded: Encoded) -> np.ndarray:
    """Mean key score (n,) of each person, NaN without any."""
    return row_means(encoded.key_scores)


def _missing(item: Item, columns: np.ndarray) -> np.ndarray:
    last = columns[:, -1] > 0.5
    if item.format is ResponseFormat.BEST_WORST:
        return last | (columns[:, len(item.options)] > 0.5)
    return last


def _options(item: Item, columns: np.ndarray, rest: np.ndarray) -> list[dict[str, Any]]:
    k = len(item.options)
    if item.format is ResponseFormat.BEST_WORST:
        return [
            {
                "id": option.id,
                **_chosen(columns[:, place], rest, "best"),
                **_chosen(columns[:, k + 1 + place], rest, "worst"),
            }
            for place, option in enumerate(item.options)
        ]
    if item.format is ResponseFormat.PICK_ONE:
        return [
            {"id": option.id, **_chosen(columns[:, place], rest, "chosen")} for place, option in enumerate(item.options)
        ]
    given = ~_missing(item, columns)
    return [
        {"id": option.id, "mean": _mean(columns[given, place]), "given": int(given.sum())}
        for place, option in enumerate(item.options)
    ]


def _chosen(column: np.ndarray, rest: np.ndarray, name: str) -> dict[str, Any]:
    who = column > 0.5
    return {name: int(who.sum()), f"rest_{name}": _mean(rest[who])}


def _mean(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(known.mean()), 4) if len(known) else None


def _spread(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(known.std()), 4) if len(known) > 1 else None


def _correlation(own: np.ndarray, rest: np.ndarray) -> float | None:
    known = np.isfinite(own) & np.isfinite(rest)
    if known.sum() < FEWEST_TO_CORRELATE or np.ptp(own[known]) < 1e-12 or np.ptp(rest[known]) < 1e-12:
        return None
    return round(float(np.corrcoef(own[known], rest[known])[0, 1]), 4)


def choice_places(item: Item) -> bool:
    """Whether options of this item are shuffled and chosen, so that places on the screen can be told."""
    return item.format in _CHOICES
