"""How often each group would be selected by one model and by the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from scoring.groups.checks import SMALLEST_GROUP
from scoring.groups.impact import impact

RESAMPLES = 200


@dataclass(frozen=True)
class Rate:
    """One group at one cut, by one model.

    ``ratio`` is to the group selected most often, ``finding`` as in `scoring.groups.impact`; below
    `SMALLEST_GROUP` people it is ``cannot_tell`` and no rate is given.
    """

    group: str
    n: int
    selected: int | None
    rate: float | None
    ratio: float | None
    low: float | None
    high: float | None
    finding: str


def rates(selected: Sequence[bool], group: Sequence[str]) -> list[dict[str, Any]]:
    """Selection rates and impact ratios of the groups, as plain values; [] where there is one group only.

    Parameters
    ----------
    selected : sequence of n
    group : sequence of n
        Labels; empty where not known, and in no rate.
    """
    if len({each for each in group if each}) < 2:
        return []
    found = impact([int(each) for each in selected], [each or None for each in group], resamples=RESAMPLES)
    return [asdict(_told(each)) for each in found.against_highest]


def _told(row: Any) -> Rate:
    if row.n < SMALLEST_GROUP:
        return Rate(row.group, row.n, None, None, None, None, None, row.finding)
    ratio, low, high = (_known(each) for each in (row.ratio, row.log_low, row.log_high))
    return Rate(row.group, row.n, row.selected, _known(row.rate), ratio, low, high, row.finding)


def _known(value: float) -> float | None:
    return value if isfinite(value) else None
