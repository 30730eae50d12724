"""Ranks and tie groups.

People are ranked by the unrounded score, equal scores sharing a rank ("competition ranking": 1, 2, 2, 4).
Tie groups say who cannot be told apart: from the top, a group is everyone within 1.0 SED of its highest
member, and the next group starts below. SED = SEM * sqrt(2) is the standard error of the difference of
two scores by the *score's own measurement error*, not by its prediction error.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

BAND = 1.0
"""Width of a tie group in SED."""

_SLACK = 1e-12


@dataclass(frozen=True)
class Placement:
    """A person's place: ``rank`` and ``tie_group`` count from 1 at the top; None without a score."""

    rank: int | None
    tie_group: int | None


def rank_people(scores: Sequence[float | None], sed: float | None) -> list[Placement]:
    """Place people by their scores, in the order in which the scores were given.

    Parameters
    ----------
    scores
        Unrounded scores, None for people without one (they get no place).
    sed
        Standard error of a difference in score units; None (not known) ties equal scores only.
    """
    ascending = sorted(score for score in scores if score is not None)
    cuts = tie_cuts(scores, sed)
    return [_place(score, ascending, cuts) for score in scores]


def _place(score: float | None, ascending: Sequence[float], cuts: Sequence[float]) -> Placement:
    if score is None:
        return Placement(None, None)
    above = len(ascending) - _count_up_to(ascending, score)
    return Placement(above + 1, group_of(score, cuts))


def _count_up_to(ascending: Sequence[float], score: float) -> int:
    position = bisect_left(ascending, score)
    while position < len(ascending) and ascending[position] == score:
        position += 1
    return position


def tie_cuts(scores: Sequence[float | None], sed: float | None) -> tuple[float, ...]:
    """Return the lowest score of each tie group, from the top group down.

    The cuts are kept per vacancy and model release, so that a new arrival joins the group of its score.
    """
    return extend_many((), sorted((s for s in scores if s is not None), reverse=True), sed)


def extend_many(cuts: tuple[float, ...], scores: Sequence[float], sed: float | None) -> tuple[float, ...]:
    """Extend fixed cuts downwards by scores given from the highest to the lowest."""
    for score in scores:
        cuts = extend_cuts(cuts, score, sed)
    return cuts


def extend_cuts(cuts: tuple[float, ...], score: float, sed: float | None) -> tuple[float, ...]:
    """Return the cuts with room for ``score``: a score below the last group opens a new one.

    Cuts that stand are never moved: a score above the highest member joins the first group.
    """
    if cuts and score >= cuts[-1] - _SLACK:
        return cuts
    return (*cuts, score - BAND * (sed or 0.0))


def group_of(score: float, cuts: Sequence[float]) -> int:
    """Return the number, from 1, of the tie group that ``score`` falls into.

    A score below the last cut belongs to the next group, which `extend_cuts` would open.
    """
    for number, cut in enumerate(cuts, start=1):
        if score >= cut - _SLACK:
            return number
    return len(cuts) + 1
