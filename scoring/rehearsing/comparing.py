"""Two rankings of the same people, side by side: who moves, how far, and across which borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from scoring.ranking import tie_cuts

NEAR, FAR = 0.05, 0.20
"""Shares of the list: up to the first somebody stays near, beyond the second the way is long."""

SLACK = 1e-12


@dataclass(frozen=True)
class Ranking:
    """Everybody's place by one model; people without a score have place 0 and group 0.

    Attributes
    ----------
    scores : ndarray of shape (n,)
        Not-a-number for people without a score.
    places : ndarray of shape (n,)
        Competition ranks from the top.
    groups : ndarray of shape (n,) or None
        Tie groups from the top; None where the score's error is not known.
    """

    scores: np.ndarray
    places: np.ndarray
    groups: np.ndarray | None

    @property
    def ranked(self) -> np.ndarray:
        """Who has a score (n,)."""
        return self.places > 0

    def top(self, number: int) -> np.ndarray:
        """Who stands within the first so many places (n,); people who tie at the cut are all in."""
        return self.ranked & (self.places <= number)

    def group_at(self, number: int) -> int:
        """The tie group that holds the last of the first so many places; 0 where there are no groups."""
        within = self.top(number)
        return int(self.groups[within].max()) if self.groups is not None and within.any() else 0


def rank(scores: Sequence[float | None], sed: float | None, cuts: Sequence[float] | None = None) -> Ranking:
    """Rank people by their scores.

    Parameters
    ----------
    scores
        None for people without one.
    sed
        Standard error of a difference; None or 0 where it is not known, and no groups are drawn.
    cuts
        Borders of tie groups that stand already, from the top; they are drawn where this is None.
    """
    values = np.array([np.nan if each is None else each for each in scores], dtype=float)
    known = np.isfinite(values)
    ascending = np.sort(values[known])
    places = np.zeros(len(values), dtype=np.int64)
    places[known] = 1 + len(ascending) - np.searchsorted(ascending, values[known], side="right")
    return Ranking(values, places, _groups(values, known, ascending, sed, cuts))


def _groups(
    values: np.ndarray, known: np.ndarray, ascending: np.ndarray, sed: float | None, cuts: Sequence[float] | None
) -> np.ndarray | None:
    if not sed:
        return None
    falling = np.array(tie_cuts(ascending.tolist(), sed) if cuts is None else cuts, dtype=float)
    groups = np.zeros(len(values), dtype=np.int64)
    groups[known] = 1 + len(falling) - np.searchsorted(falling[::-1], values[known] + SLACK, side="right")
    return groups


def compare(before: Ranking, after: Ranking, target: int) -> dict[str, Any]:
    """Return what changes from one ranking to the other, as plain values.

    Parameters
    ----------
    target
        How many people are to be hired: the first so many places.
    """
    both = before.ranked & after.ranked
    ways = np.abs(after.places[both] - before.places[both])
    size = max(1, int(max(before.ranked.sum(), after.ranked.sum())))
    return {
        "people": len(both),
        "ranked_before": int(before.ranked.sum()),
        "ranked_after": int(after.ranked.sum()),
        "both": int(both.sum()),
        "gain": int((~before.ranked & after.ranked).sum()),
        "lose": int((before.ranked & ~after.ranked).sum()),
        "correlation": rank_correlation(before.scores[both], after.scores[both]),
        "moves": _moves(ways, size),
        "groups": _group_moves(before, after, both),
        "target": _crossing(before, after, target),
    }


def _moves(ways: np.ndarray, size: int) -> dict[str, Any]:
    share = ways / size
    return {
        "same": int((ways == 0).sum()),
        "near": int(((ways > 0) & (share <= NEAR)).sum()),
        "some": int(((share > NEAR) & (share <= FAR)).sum()),
        "far": int((share > FAR).sum()),
        "median": float(np.median(ways)) if len(ways) else None,
        "nine_of_ten": float(np.quantile(ways, 0.9)) if len(ways) else None,
        "most": int(ways.max()) if len(ways) else None,
    }


def _group_moves(before: Ranking, after: Ranking, both: np.ndarray) -> dict[str, int] | None:
    if before.groups is None or after.groups is None:
        return None
    ways = np.abs(after.groups[both] - before.groups[both])
    return {"same": int((ways == 0).sum()), "one": int((ways == 1).sum()), "more": int((ways > 1).sum())}


def _crossing(before: Ranking, after: Ranking, target: int) -> dict[str, Any]:
    was, will = before.top(target), after.top(target)
    return {
        "number": target,
        "stay": int((was & will).sum()),
        "enter": int((will & ~was).sum()),
        "leave": int((was & ~will).sum()),
        "beyond_ties": _beyond_ties(before, after, target),
    }


def _beyond_ties(before: Ranking, after: Ranking, target: int) -> int | None:
    """How many cross the cut in a way that the scores' own error does not explain.

    They stood clearly on one side of the tie group at the cut, and would stand clearly on the other side.
    """
    if before.groups is None or after.groups is None:
        return None
    both = before.ranked & after.ranked
    old, new = before.group_at(target), after.group_at(target)
    down = (before.groups < old) & (after.groups > new)
    up = (before.groups > old) & (after.groups < new)
    return int((both & (down | up)).sum())


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float | None:
    """Spearman's, with mean ranks for ties; None for fewer than three people, or where one side is all alike."""
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


def movers(before: Ranking, after: Ranking, target: int, most: int) -> list[tuple[int, dict[str, Any]]]:
    """The people who move most, and of those who cross the target's cut the ones who move most.

    Returns
    -------
    list of (int, dict)
        The person's position in the rankings, and places and groups before and after; the longest way first.
    """
    both = np.flatnonzero(before.ranked & after.ranked & (before.places != after.places))
    ways = np.abs(after.places - before.places)
    crossing = both[(before.top(target) != after.top(target))[both]]
    chosen = {*_longest(both, ways, most), *_longest(crossing, ways, most)}
    ordered = sorted(chosen, key=lambda each: (-int(ways[each]), each))
    return [(each, _move(before, after, each, target)) for each in ordered]


def _longest(people: np.ndarray, ways: np.ndarray, most: int) -> list[int]:
    order = np.lexsort((people, -ways[people]))
    found: list[int] = people[order[:most]].tolist()
    return found


def _move(before: Ranking, after: Ranking, person: int, target: int) -> dict[str, Any]:
    was, will = int(before.places[person]), int(after.places[person])
    crosses = "enters" if was > target >= will else "leaves" if will > target >= was else ""
    groups = [None if each.groups is None else int(each.groups[person]) for each in (before, after)]
    return {"from": was, "to": will, "group_from": groups[0], "group_to": groups[1], "crosses": crosses}
