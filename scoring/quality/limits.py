"""Limits with a stated rate of false alarms among ordinary people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import norm, t

FALSE_ALARM_RATE = 0.01
"""Of ordinary people, the share that each index may flag."""

FEWEST_FOR_LIMITS = 30
ROUNDS = 3
_EIGHTIETH = float(norm.ppf(0.9))
_EFFICIENCY = 0.27
"""Of the half-spread between median and outer decile, as an estimate of a normal spread: a share of n counts."""


@dataclass(frozen=True)
class Limit:
    """Below ``low`` or above ``high`` is flagged; None: that side is never flagged.

    ``basis`` is ``staff`` (learned from staff), ``chance`` (known without data), ``default`` (a stated convention
    without a known rate) or ``none`` (no limit can be given). ``people`` is how many staff it rests on, ``staff_share``
    how many of them cross it: more than the stated rate where some staff answer oddly, or tails are heavier than
    normal.
    """

    low: float | None
    high: float | None
    basis: str
    people: int = 0
    staff_share: float | None = None

    def crossed(self, value: float | None) -> bool:
        if value is None or not np.isfinite(value):
            return False
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Limit:
        return cls(**plain)


NO_LIMIT = Limit(None, None, "none")


def limit_from(values: np.ndarray, side: str, rate: float = FALSE_ALARM_RATE) -> Limit:
    """Set a limit that a share ``rate`` of ordinary people crosses.

    Parameters
    ----------
    values : ndarray of shape (n,)
        The index among staff, from models fitted without them; NaN where there is none.
    side : {"low", "high", "both"}
    rate : float
        Shared equally between the sides.

    Notes
    -----
    Staff have careless members too, whose values lie in the tail: an extreme order statistic would sit among them and
    flag nobody. The tail is therefore continued from the body, ``median +- t * spread``, with each side's own spread
    from the median to the outer decile (which allows for skewness and is moved little by a few per cent of odd
    values), and Student's t instead of the normal quantile for what is not known about median and spread. Values
    beyond the bound of a tenth of the rate are then put aside and the bound is set again, three times.
    """
    known = values[np.isfinite(values)]
    if len(known) < FEWEST_FOR_LIMITS:
        return NO_LIMIT
    share = rate / 2.0 if side == "both" else rate
    low = _settled(known, -1.0, share) if side in ("low", "both") else None
    high = _settled(known, 1.0, share) if side in ("high", "both") else None
    if low is None and high is None:
        return Limit(None, None, "none", len(known))
    beyond = np.zeros(len(known), dtype=bool)
    beyond |= known < (-np.inf if low is None else low)
    beyond |= known > (np.inf if high is None else high)
    return Limit(low, high, "staff", len(known), float(beyond.mean()))


def _settled(values: np.ndarray, sign: float, share: float) -> float | None:
    """The bound after values far beyond it were put aside."""
    for _ in range(ROUNDS):
        far = _bound(values, sign, share / 10.0)
        if far is None:
            return None
        values = values[sign * values <= sign * far]
    return _bound(values, sign, share)


def _bound(values: np.ndarray, sign: float, share: float) -> float | None:
    middle = float(np.median(values))
    spread = abs(float(np.quantile(values, 0.9 if sign > 0 else 0.1)) - middle) / _EIGHTIETH
    if spread < 1e-12:
        return None
    freedom = max(2.0, _EFFICIENCY * len(values))
    return middle + sign * spread * float(t.ppf(1.0 - share, freedom))
