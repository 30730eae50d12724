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
        Somebody whose item scores hardly differ, such as a perfect one, is not known without error: the variance is
        at least that of two further questions, one at the lowest and one at the highest score.
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
        None where fewer than five questions were answered.
    """
    total = key_total(items, answers)
    scores = [score for item in items if (score := standardised_score(item, answers.get(item.id))) is not None]
    if total.value is None or len(scores) < FEWEST_ITEMS:
        return None
    n, mean = len(scores), total.value
    variance = sum((score - mean) ** 2 for score in scores) / (n - 1)
    least = (mean**2 + (1.0 - mean) ** 2) / (n + 1)
    return FormScore(mean, sqrt(max(variance, least) / n), total.answered, total.asked, total.enough)
