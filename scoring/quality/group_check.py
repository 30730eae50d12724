"""Are people of one group flagged more often than the others? Flags that fall unevenly are questioned, not people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import beta

from questionnaires.words import packed, say
from scoring.errors import ScoringError
from scoring.groups.exact import mid_p
from scoring.quality.assessment import Quality
from scoring.quality.multiplicity import holm

SMALLEST_GROUP = 30
REVIEW = "review"


@dataclass(frozen=True)
class GroupRate:
    """How often one flag fell in one group, against everybody else.

    ``low, high`` is the exact 95 % interval (Clopper and Pearson) of ``rate``. ``mid_p`` is Fisher's two-sided mid-p,
    ``adjusted_p`` the same after Holm over everything tested here; both None in a group of fewer than 30 people or
    with nobody to compare, where nothing can be told.
    """

    flag: str
    group: str
    people: int
    flagged: int
    rate: float
    low: float
    high: float
    mid_p: float | None
    adjusted_p: float | None

    @property
    def verdict(self) -> str:
        """``cannot_tell``, ``uneven`` (5 % after Holm) or ``no_difference_shown``."""
        if self.adjusted_p is None:
            return "cannot_tell"
        return "uneven" if self.adjusted_p < 0.05 else "no_difference_shown"

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.verdict == "cannot_tell":
            return say("Fewer than %(n)s people to compare: nothing can be told.", n=SMALLEST_GROUP)
        if self.verdict == "uneven":
            return say("This flag falls unevenly. Look into the flag before trusting it for this group.")
        return say("No difference shown.")

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict, "sentence": packed(self.sentence)}


def flag_rates_by_group(assessed: Sequence[Quality], groups: Sequence[str | None]) -> list[GroupRate]:
    """Compare the rate of every flag, and of "review", between each group and everybody else whose group is known.

    A flag that nobody has is left out (the test is conditional on how many have it, so that this costs nothing).

    Parameters
    ----------
    assessed : sequence of n Quality
    groups : sequence of n
        Group of each person; None for not known, who is left out.

    Raises
    ------
    ScoringError
        Where the two differ in length, or nobody's group is known.
    """
    if len(assessed) != len(groups):
        raise ScoringError(say("Every assessed person needs a group or an empty one, in the same order."))
    known = [(quality, str(group)) for quality, group in zip(assessed, groups, strict=True) if group]
    if not known:
        raise ScoringError(say("Nobody's group is known, so that flags cannot be compared between groups."))
    labels = np.array([group for _, group in known])
    columns = {flag: np.array([hit(quality, flag) for quality, _ in known]) for flag in _flags(assessed)}
    rates = [
        _rate(flag, group, column, labels == group)
        for flag, column in columns.items()
        if flag == REVIEW or column.any()
        for group in sorted(set(labels.tolist()))
    ]
    return _with_holm(rates)


def _flags(assessed: Sequence[Quality]) -> tuple[str, ...]:
    return (REVIEW, *(figure.name for figure in assessed[0].indices))


def hit(quality: Quality, flag: str) -> bool:
    """Whether a person has this flag; `REVIEW` asks whether two or more."""
    return quality.review if flag == REVIEW else flag in quality.flags


def _rate(flag: str, group: str, flagged: np.ndarray, inside: np.ndarray) -> GroupRate:
    n, k = int(inside.sum()), int(flagged[inside].sum())
    others, theirs = int((~inside).sum()), int(flagged[~inside].sum())
    comparable = min(n, others) >= SMALLEST_GROUP
    low, high = exact_interval(k, n)
    p = float(mid_p(k, n, theirs, others)[0]) if comparable else None
    return GroupRate(flag, group, n, k, k / n, low, high, p, None)


def exact_interval(hits: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Clopper and Pearson's interval of a proportion."""
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, n - hits + 1))
    high = 1.0 if hits == n else float(beta.ppf(1.0 - tail, hits + 1, n - hits))
    return low, high


def _with_holm(rates: list[GroupRate]) -> list[GroupRate]:
    tested = [place for place, rate in enumerate(rates) if rate.mid_p is not None]
    adjusted = holm([rates[place].mid_p or 0.0 for place in tested])
    by_place = dict(zip(tested, adjusted, strict=True))
    return [GroupRate(**{**asdict(rate), "adjusted_p": by_place.get(place)}) for place, rate in enumerate(rates)]
