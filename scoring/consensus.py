"""A key from consensus, for instruments whose authors gave none.

Options that many people call best, and few call worst, count as effective. The key looks at answers only,
never at ratings, but it is still learned from people, so it is built inside the fold. With the columns of
`scoring.encoding` it is a set of weights: per item, the average answer, brought to 0..1 by its range.

A single choice says what is common, which is not what is good: the popular answer to a question about
one's past is no key. Choices count only where an instrument asks nothing else. (On the public staff data,
with 20 such questions in the consensus, r fell from .241 to .238.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from questionnaires.definition import ResponseFormat


class Span(NamedTuple):
    """An item's columns as plain values: response format, first column, options."""

    kind: str
    start: int
    width: int


def consensus_weights(X: np.ndarray, spans: Sequence[Span], weights: np.ndarray) -> np.ndarray:
    """Return weights (p,) whose product with an encoded answer row is the consensus key total.

    Items are weighted alike. Likert items have no options to agree on and get weight 0; all weights are 0
    where there is nothing else.

    Parameters
    ----------
    X : ndarray of shape (n, p)
        Encoded answers of the people whose consensus counts.
    spans
        Where each item's columns are.
    weights : ndarray of shape (n,)
        How much each person counts.
    """
    average = np.average(X, axis=0, weights=weights)
    result = np.zeros(X.shape[1])
    judged = [span for span in spans if span.kind in _BUILDERS and span.kind != ResponseFormat.PICK_ONE]
    keyed = judged or [span for span in spans if span.kind == ResponseFormat.PICK_ONE]
    for span in keyed:
        _BUILDERS[span.kind](average, span, result)
    return result / len(keyed) if keyed else result


def _best_worst(average: np.ndarray, span: Span, out: np.ndarray) -> None:
    best = slice(span.start, span.start + span.width)
    worst = slice(span.start + span.width + 1, span.start + 2 * span.width + 1)
    agreed = average[best] - average[worst]
    scaled = _unit(agreed) / 2.0
    out[best], out[worst] = scaled, -scaled


def _pick_one(average: np.ndarray, span: Span, out: np.ndarray) -> None:
    columns = slice(span.start, span.start + span.width)
    out[columns] = _unit(average[columns])


def _profile(average: np.ndarray, span: Span, out: np.ndarray) -> None:
    columns = slice(span.start, span.start + span.width)
    agreed = average[columns] - average[columns].mean()
    length = float(np.sqrt(span.width) * np.sqrt(agreed @ agreed))
    out[columns] = agreed / (2.0 * length) if length > 1e-12 else 0.0


def _unit(values: np.ndarray) -> np.ndarray:
    spread = float(values.max() - values.min())
    return (values - values.min()) / spread if spread > 1e-12 else np.zeros_like(values)


_BUILDERS: dict[str, Callable[[np.ndarray, Span, np.ndarray], None]] = {
    ResponseFormat.BEST_WORST.value: _best_worst,
    ResponseFormat.PICK_ONE.value: _pick_one,
    ResponseFormat.RATE_EACH.value: _profile,
    ResponseFormat.RANK.value: _profile,
}
