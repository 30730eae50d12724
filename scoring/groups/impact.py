"""Selection rates of groups, side by side: impact ratios, their intervals, and how likely chance alone makes them.

An impact ratio is a group's selection rate divided by that of the group that is selected most often. It says
how rates differ in these people, not why, and not whether the difference is lawful.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from questionnaires.words import say
from scoring.groups.checks import CANNOT_TELL, SMALLEST_GROUP, Grouping, Labels, Plain, decisions, grouping
from scoring.groups.exact import mid_p

FOUR_FIFTHS = 0.8
"""The line of the Uniform Guidelines on Employee Selection Procedures (29 CFR 1607.4 D)."""

BELOW, NOT_BELOW = "below_four_fifths", "not_below_four_fifths"
RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class GroupRate(Plain):
    """How often one group is selected, and beside the group it is compared with.

    Attributes
    ----------
    group : str
    n, selected : int
    rate : float
        Share selected; NaN in an empty group.
    ratio : float
        Rate divided by the rate of the group compared with; NaN where that is zero.
    log_low, log_high : float
        95 % interval of the ratio from its logarithm (Katz et al. 1978).
    bootstrap_low, bootstrap_high : float
        95 % interval of the ratio from resampled people.
    mid_p : float
        Two-sided mid-p of Fisher's exact test against the group compared with.
    finding : str
        ``below_four_fifths``, ``not_below_four_fifths``, or ``cannot_tell`` where a group is too small or
        nobody was selected.
    interval_holds_line : bool
        Whether the log interval includes four fifths: the figure may as well lie on the other side.
    compared_with : str
    """

    group: str
    n: int
    selected: int
    rate: float
    ratio: float
    log_low: float
    log_high: float
    bootstrap_low: float
    bootstrap_high: float
    mid_p: float
    finding: str
    interval_holds_line: bool
    compared_with: str


@dataclass(frozen=True)
class Impact(Plain):
    """Selection rates and impact ratios of all groups.

    Attributes
    ----------
    against_highest : tuple of GroupRate
        Against the group with the highest rate among those of at least `SMALLEST_GROUP` people.
    against_named : tuple of GroupRate
        Against a named group; empty where none is named.
    unknown : int
        People whose group is not known; they are in no rate.
    line : float
        Four fifths.
    notes : tuple of str
    """

    against_highest: tuple[GroupRate, ...]
    against_named: tuple[GroupRate, ...]
    unknown: int
    line: float
    notes: tuple[str, ...]


def impact(
    selected: ArrayLike, group: Labels, named: str | None = None, resamples: int = RESAMPLES, seed: int = 0
) -> Impact:
    """Compare the selection rates of groups.

    Parameters
    ----------
    selected : array of shape (n,)
        0 or 1.
    group : sequence of n
        Labels; None where not known.
    named : str, optional
        A group to compare with, beside the one with the highest rate.
    resamples : int
        For the bootstrap interval.
    seed : int

    Raises
    ------
    ScoringError
        Where the arrays do not fit, a decision is neither 0 nor 1, or there is one group only.
    """
    chosen = decisions(selected)
    groups = grouping(group, len(chosen))
    n = groups.counts
    hits = np.bincount(groups.codes[(groups.codes >= 0) & chosen], minlength=len(n))
    rng = np.random.default_rng(seed)
    shares = rng.binomial(n, hits / n, size=(resamples, len(n))) / n
    highest = _compare(groups, n, hits, shares, _highest(n, hits))
    against = _compare(groups, n, hits, shares, groups.position(named)) if named is not None else ()
    return Impact(highest, against, groups.unknown, FOUR_FIFTHS, tuple(_notes(groups)))


def _highest(n: np.ndarray, hits: np.ndarray) -> int:
    """The group selected most often, among groups that are large enough where there is one; of equals the largest."""
    eligible = n >= SMALLEST_GROUP if (n >= SMALLEST_GROUP).any() else n > 0
    rate = np.where(eligible, hits / n, -1.0)
    return int(np.argmax(np.where(rate == rate.max(), n, -1)))


def _compare(groups: Grouping, n: np.ndarray, hits: np.ndarray, shares: np.ndarray, base: int) -> tuple[GroupRate, ...]:
    ratio = ratios(hits / n, (hits / n)[base])
    low, high = log_interval(hits, n, hits[base], n[base])
    drawn = ratios(shares, shares[:, [base]])
    boot = [_quantiles(drawn[:, each]) for each in range(len(n))]
    p = mid_p(hits, n, np.full(len(n), hits[base]), np.full(len(n), n[base]))
    rows = []
    for each, name in enumerate(groups.names):
        own = each == base
        ends = (1.0, 1.0) if own else (float(low[each]), float(high[each]))
        rows.append(
            GroupRate(
                group=name,
                n=int(n[each]),
                selected=int(hits[each]),
                rate=float(hits[each] / n[each]),
                ratio=float(ratio[each]),
                log_low=ends[0],
                log_high=ends[1],
                bootstrap_low=1.0 if own else boot[each][0],
                bootstrap_high=1.0 if own else boot[each][1],
                mid_p=1.0 if own else float(p[each]),
                finding=_finding(float(ratio[each]), int(min(n[each], n[base]))),
                interval_holds_line=ends[0] <= FOUR_FIFTHS <= ends[1],
                compared_with=groups.names[base],
            )
        )
    return tuple(rows)


def _finding(ratio: float, smaller: int) -> str:
    if smaller < SMALLEST_GROUP or not np.isfinite(ratio):
        return CANNOT_TELL
    return BELOW if ratio < FOUR_FIFTHS else NOT_BELOW


def ratios(rates: np.ndarray, base: np.ndarray | float) -> np.ndarray:
    """Rates divided by a base rate; NaN where that is zero."""
    base = np.broadcast_to(np.asarray(base, dtype=float), np.shape(rates))
    return np.divide(rates, base, out=np.full(np.shape(rates), np.nan), where=base > 0)


def log_interval(
    hits: ArrayLike, n: ArrayLike, base_hits: ArrayLike, base_n: ArrayLike, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a ratio of two rates from its logarithm.

    ``log ratio +- z sqrt(1/hits - 1/n + 1/base_hits - 1/base_n)`` (Katz, Baptista, Azen & Pike 1978). Where
    a count is zero or everybody is selected, half a person is added to every count (Pettigrew, Gart &
    Thomas 1986).
    """
    a, m, b, k = (np.asarray(each, dtype=float) for each in (hits, n, base_hits, base_n))
    add = np.where((a == 0) | (b == 0) | ((a == m) & (b == k)), 0.5, 0.0)
    a, m, b, k = a + add, m + add, b + add, k + add
    spread = norm.ppf(0.5 + level / 2) * np.sqrt(np.maximum(1 / a - 1 / m + 1 / b - 1 / k, 0.0))
    centre = np.log(a / m) - np.log(b / k)
    return np.exp(centre - spread), np.exp(centre + spread)


def _quantiles(values: np.ndarray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return np.nan, np.nan
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _notes(groups: Grouping) -> list[str]:
    notes: list[str] = []
    small = [name for name, n in zip(groups.names, groups.counts, strict=True) if n < SMALLEST_GROUP]
    if small:
        notes.append(
            say(
                "Fewer than %(least)s people, so that nothing can be told: %(names)s.",
                least=SMALLEST_GROUP,
                names=", ".join(small),
            )
        )
    if groups.unknown:
        notes.append(say("People whose group is not known: %(n)s. They are in no rate.", n=groups.unknown))
    return notes
