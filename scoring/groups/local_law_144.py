"""The tables of a bias audit as New York City's rule lays them out (6 RCNY 5-300 to 5-304, Local Law 144 of 2021).

For decisions the selection rate, for scores the scoring rate: the share of a category above the whole
sample's median. The impact ratio divides a category's rate by the highest category's. There is one table for
sex, one for race/ethnicity, and one for their intersections. The law asks for an *independent* auditor: what
is computed here is the employer's own sum, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from questionnaires.words import say
from scoring.groups.checks import Grouping, Labels, Plain, decisions, grouping, numbers
from scoring.groups.impact import ratios

SMALL_SHARE = 0.02
"""A category under this share of a table's people may be left out of the impact ratios (5-301 (d))."""

SEX, RACE, INTERSECTION = "sex", "race_ethnicity", "intersection"
JOIN = " / "


@dataclass(frozen=True)
class Category(Plain):
    """One line of a table.

    Attributes
    ----------
    name : str
    n, above : int
        People, and those selected or above the median.
    rate : float
        Selection rate or scoring rate; NaN without people.
    ratio : float
        Impact ratio; NaN where left out or not defined.
    left_out : bool
        Under 2 % of the table's people and so without an impact ratio; number and rate stand.
    ties : int
        People exactly at the median; 0 for decisions.
    ratio_ties_above : float
        The impact ratio if people at the median counted as above it. The rule does not count them.
    """

    name: str
    n: int
    above: int
    rate: float
    ratio: float
    left_out: bool
    ties: int
    ratio_ties_above: float


@dataclass(frozen=True)
class AuditTable(Plain):
    """One table: sex, race/ethnicity, or their intersections.

    Attributes
    ----------
    by : str
        ``sex``, ``race_ethnicity`` or ``intersection``.
    rows : tuple of Category
    unknown : int
        People without this category; they are in no rate of this table.
    tie_sensitivity : float
        The largest change of an impact ratio when people at the median count as above it.
    notes : tuple of str
    """

    by: str
    rows: tuple[Category, ...]
    unknown: int
    tie_sensitivity: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Audit(Plain):
    """The tables of one audit.

    Attributes
    ----------
    label : str
        That this is no independent audit.
    kind : str
        ``selection_rate`` or ``scoring_rate``.
    n : int
        Everybody, also those without a category.
    median : float
        Of everybody's scores; NaN for decisions.
    ties : int
        People exactly at the median.
    tables : tuple of AuditTable
    notes : tuple of str
    """

    label: str
    kind: str
    n: int
    median: float
    ties: int
    tables: tuple[AuditTable, ...]
    notes: tuple[str, ...]


def audit_selection(
    selected: ArrayLike,
    sex: Labels,
    race_ethnicity: Labels,
    sexes: Sequence[str] | None = None,
    races: Sequence[str] | None = None,
    leave_out_small: bool = True,
) -> Audit:
    """Selection rates and impact ratios of an employment decision.

    Parameters
    ----------
    selected : array of shape (n,)
        0 or 1: moved forward or put into a class (5-300).
    sex, race_ethnicity : sequence of n
        Labels; None where not known.
    sexes, races : sequence of str, optional
        The categories of the tables, so that one without people shows too.
    leave_out_small : bool
        Whether categories under 2 % get no impact ratio.

    Raises
    ------
    ScoringError
        Where arrays do not fit each other, values are missing, or labels are not among the categories.
    """
    chosen = decisions(selected)
    parts = _attributes(len(chosen), sex, race_ethnicity, sexes, races)
    none = np.zeros(len(chosen), dtype=bool)
    tables = tuple(_table(by, groups, chosen, none, leave_out_small) for by, groups in parts)
    return Audit(_label(), "selection_rate", len(chosen), np.nan, 0, tables, ())


def audit_scores(
    scores: ArrayLike,
    sex: Labels,
    race_ethnicity: Labels,
    sexes: Sequence[str] | None = None,
    races: Sequence[str] | None = None,
    leave_out_small: bool = True,
) -> Audit:
    """Scoring rates and impact ratios of a score: shares strictly above the median of everybody's scores.

    Parameters as for `audit_selection`, with ``scores`` (n,) in place of decisions. The median is that of the
    full sample, people without a category included.

    Raises
    ------
    ScoringError
        Where arrays do not fit each other, values are missing, or labels are not among the categories.
    """
    values = numbers(scores, None, "scores")
    median = float(np.median(values))
    above, tied = values > median, values == median
    parts = _attributes(len(values), sex, race_ethnicity, sexes, races)
    tables = tuple(_table(by, groups, above, tied, leave_out_small) for by, groups in parts)
    notes = _median_notes(values, median, [groups for _, groups in parts])
    return Audit(_label(), "scoring_rate", len(values), median, int(tied.sum()), tables, notes)


def _label() -> str:
    return say("Self-computed, not independent: the law asks for an audit by somebody independent.")


def _attributes(
    n: int, sex: Labels, race: Labels, sexes: Sequence[str] | None, races: Sequence[str] | None
) -> list[tuple[str, Grouping]]:
    by_sex = grouping(sex, n, sexes)
    by_race = grouping(race, n, races)
    return [(SEX, by_sex), (RACE, by_race), (INTERSECTION, intersection(by_sex, by_race))]


def intersection(first: Grouping, second: Grouping) -> Grouping:
    """Return every pair of categories as one grouping; who lacks either is unknown."""
    names = tuple(f"{a}{JOIN}{b}" for a in first.names for b in second.names)
    codes = first.codes * len(second.names) + second.codes
    return Grouping(names, np.where((first.codes >= 0) & (second.codes >= 0), codes, -1))


def _table(by: str, groups: Grouping, above: np.ndarray, tied: np.ndarray, leave_out: bool) -> AuditTable:
    n = groups.counts
    hits, ties = _count(groups, above), _count(groups, tied)
    small = (n < SMALL_SHARE * n.sum()) & leave_out & (n > 0)
    rate, with_ties = ratios(hits, n), ratios(hits + ties, n)
    ratio, other = _impact(rate, small), _impact(with_ties, small)
    rows = tuple(
        Category(
            name,
            int(n[k]),
            int(hits[k]),
            float(rate[k]),
            float(ratio[k]),
            bool(small[k]),
            int(ties[k]),
            float(other[k]),
        )
        for k, name in enumerate(groups.names)
    )
    change = np.abs(ratio - other)
    sensitivity = float(np.nanmax(change)) if np.isfinite(change).any() else 0.0
    return AuditTable(by, rows, groups.unknown, sensitivity, tuple(_notes(rows, groups)))


def _count(groups: Grouping, who: np.ndarray) -> np.ndarray:
    return np.bincount(groups.codes[(groups.codes >= 0) & who], minlength=len(groups.names)).astype(float)


def _impact(rate: np.ndarray, small: np.ndarray) -> np.ndarray:
    """Rates over the highest rate of the categories that are compared."""
    compared = np.where(small, np.nan, rate)
    if not np.isfinite(compared).any():
        return compared
    return ratios(compared, np.nanmax(compared))


def _notes(rows: Sequence[Category], groups: Grouping) -> list[str]:
    notes: list[str] = []
    left_out = [row.name for row in rows if row.left_out]
    if left_out:
        notes.append(
            say(
                "Left out of the impact ratios, number and rate still shown: %(names)s. Each is less than 2 %% of "
                "the people of this table, and a ratio of so few would change with single people.",
                names=", ".join(left_out),
            )
        )
    if groups.unknown:
        notes.append(
            say(
                "Assessed people whose category is not known: %(n)s. They are in none of these rates.", n=groups.unknown
            )
        )
    return notes


def _median_notes(values: np.ndarray, median: float, parts: Sequence[Grouping]) -> tuple[str, ...]:
    """What the rule leaves open: ties, and whether people without a category count for the median."""
    notes: list[str] = []
    ties = int((values == median).sum())
    if ties:
        notes.append(
            say(
                "People exactly at the median: %(ties)s. The rule counts them as not above it; the other ratio "
                "shows what counting them as above would change.",
                ties=ties,
            )
        )
    known = parts[-1].codes >= 0
    if known.any() and float(np.median(values[known])) != median:
        notes.append(
            say(
                "The median is that of everybody assessed; without people of unknown category it would be %(other)s.",
                other=f"{np.median(values[known]):.4g}",
            )
        )
    return tuple(notes)
