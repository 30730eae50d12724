"""One person's key score on one form, with the error that comes from which questions happened to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from questionnaires.definition import Item
from scoring.key import Answer, key_total, standardised_score

FEWEST_ITEMS = 5
"""Fewer answers than this say nothing about how much answers vary within the person."""


@dataclass(frozen=True)
class FormScore:
    """Mean item score of 0..1 and its absolute standard error.

    Attributes
    ----------
    score, error : float
        ``error`` is the standard deviation of the person's item scores over the square root of their number.
    answered, asked : int
    enough : bool
        Whether at least 80 % of the questions were answered.
    """

    score: float
    error: float
    answered: int
    asked: int
    enough: bool


def form_score(items: Sequence[Item], answers: Mapping[str, Answer]) -> FormScore | None:
    """Score one form by the key.

    The error is the absolute one of generalizability theory (Brennan 1998: conditional, for one person, items crossed
    with persons): it holds the difficulty of the questions too. So two forms drawn by one plan from one bank are
    comparable without a link; their difference in difficulty is in the error already. It is on the safe side, since
    a plan that balances facets makes forms more alike than drawing does.

    Returns
    -------
    FormScore or None
        None where fewer than five questions were answered, or all got one and the same score.
    """
    total = key_total(items, answers)
    scores = [score for item in items if (score := standardised_score(item, answers.get(item.id))) is not None]
    if total.value is None or len(scores) < FEWEST_ITEMS:
        return None
    variance = sum((score - total.value) ** 2 for score in scores) / (len(scores) - 1)
    if variance <= 0.0:
        return None
    return FormScore(total.value, sqrt(variance / len(scores)), total.answered, total.asked, total.enough)
