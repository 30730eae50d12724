"""The population stability index of every item: do applicants choose other options than staff?

    PSI = sum over options (q - p) log(q / p)

With no shift at all, samples of ``n`` and ``m`` give ``PSI / (1/n + 1/m)`` about a chi-square distribution with one
degree of freedom less than there are options, so that small samples look shifted (Yurdakul 2018). What is compared
with .10 and .25 is therefore the index less its mean under no shift, and only where it is larger than chance explains
with the false-discovery rate over all items held at 5 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import chi2

from scoring.encoding import AnswerEncoder
from scoring.groups.dif import benjamini_hochberg
from scoring.quality.variables import codes_of, variables_of
from scoring.shift.samples import check_pair

WATCH = 0.10
ALARM = 0.25
FALSE_DISCOVERIES = 0.05
SMOOTHING = 0.5
"""Added to every count, so that an option never chosen on one side leaves the index finite."""


@dataclass(frozen=True)
class ItemShift:
    """Stability of one choice.

    ``raw`` is the index as usually given, ``psi`` that less its mean under no shift (at least 0), ``q`` the adjusted
    p-value. ``level`` is ``steady``, ``watch``, ``alarm``, or ``uncertain``: large enough for watch or alarm, but so
    may chance be with this few people.
    """

    item: str
    part: str
    raw: float
    psi: float
    p: float
    q: float
    level: str

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


def population_stability(staff: np.ndarray, applicants: np.ndarray) -> tuple[float, float, float]:
    """Return raw index, index less its mean under no shift, and p-value, from two vectors of counts.

    Options that nobody chose on either side are left out.
    """
    seen = (staff + applicants) > 0
    a, b = staff[seen].astype(float), applicants[seen].astype(float)
    freedom = len(a) - 1
    if freedom < 1 or not a.sum() or not b.sum():
        return 0.0, 0.0, 1.0
    chance = 1.0 / a.sum() + 1.0 / b.sum()
    raw = _index(a, b)
    return raw, max(0.0, raw - freedom * chance), float(chi2.sf(raw / chance, freedom))


def _index(a: np.ndarray, b: np.ndarray) -> float:
    p = (a + SMOOTHING) / (a + SMOOTHING).sum()
    q = (b + SMOOTHING) / (b + SMOOTHING).sum()
    return float(np.sum((q - p) * np.log(q / p)))


def item_shifts(encoder: AnswerEncoder, staff: np.ndarray, applicants: np.ndarray) -> tuple[ItemShift, ...]:
    """Return the stability of every choice of the form; "not given" counts as one more option.

    Parameters
    ----------
    encoder : AnswerEncoder
    staff, applicants : ndarray of shape (n, p), (m, p)
        Encoded answers.

    Raises
    ------
    ScoringError
        Where columns differ, values are not finite, or a group has fewer than 10 people.
    """
    check_pair(staff, applicants)
    a, b = codes_of(encoder, staff), codes_of(encoder, applicants)
    variables = variables_of(encoder)
    figures = [
        population_stability(_counts(a[:, place], v.size), _counts(b[:, place], v.size))
        for place, v in enumerate(variables)
    ]
    q = benjamini_hochberg(np.array([p for _, _, p in figures]))
    return tuple(
        ItemShift(v.item, v.part, raw, psi, p, float(q[place]), _level(psi, float(q[place])))
        for place, (v, (raw, psi, p)) in enumerate(zip(variables, figures, strict=True))
    )


def _counts(codes: np.ndarray, size: int) -> np.ndarray:
    """Counts of each option and, first, of "not given"."""
    return np.bincount(codes + 1, minlength=size + 1)


def _level(psi: float, q: float) -> str:
    if psi < WATCH:
        return "steady"
    if q > FALSE_DISCOVERIES:
        return "uncertain"
    return "alarm" if psi >= ALARM else "watch"


def worst(shifts: Sequence[ItemShift]) -> ItemShift | None:
    """Return the choice that moved most beyond chance, None without choices."""
    return max(shifts, key=lambda shift: shift.psi, default=None)
