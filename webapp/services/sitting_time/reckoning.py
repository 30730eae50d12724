"""The arithmetic of deadlines, credits and breaks, on plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# The browser beats every 20 s: this many missed beats make an interruption.
GAP_SECONDS = 45
# A sign of life is written once in so many seconds, and each one in the last minutes. Less than an interruption takes:
# else signs that were not written would pass for one.
WRITE_SECONDS = 40
LAST_MINUTES_SECONDS = 180
# The site beats every 10 s: silent for so long, it was down.
OUTAGE_SECONDS = 45
BUDGET_SHARE = 0.2
BUDGET_MINUTES = 15


@dataclass(frozen=True)
class Allowance:
    """What one sitting's time is made of, in seconds."""

    started_at: dt.datetime
    allowed: int
    factor: float | None
    added: int

    @property
    def deadline(self) -> dt.datetime | None:
        """When the answers are taken as they are; None for somebody without a limit."""
        if self.factor is None:
            return None
        return self.started_at + seconds(round(self.allowed * self.factor) + self.added)


def seconds(number: float) -> dt.timedelta:
    return dt.timedelta(seconds=number)


def between(earlier: dt.datetime, later: dt.datetime) -> int:
    """Whole seconds from one moment to a later one; 0 where it is not later."""
    return max(0, int((later - earlier).total_seconds()))


def budget(allowed: int, factor: float | None, share: float, minutes: float) -> int:
    """The most that the candidate's own outages can bring: a share of the time, and no more than so many minutes."""
    return int(min(allowed * (factor or 1.0) * share, minutes * 60))


def credit(claimed: int, silent: int, left: int) -> int:
    """What an outage brings: as long as the browser says, never longer than we heard nothing, within the budget."""
    gap = min(claimed, silent)
    return min(gap, max(0, left)) if gap >= GAP_SECONDS else 0


def is_over(deadline: dt.datetime | None, at: dt.datetime) -> bool:
    """At the deadline itself it is over."""
    return deadline is not None and at >= deadline


def may_come_back(deadline: dt.datetime, at: dt.datetime, last_beat: dt.datetime, left: int) -> bool:
    """Cut off before the deadline: whoever returns while the budget could still reach can claim it."""
    return between(last_beat, deadline) >= GAP_SECONDS and at < deadline + seconds(left)


def worth_writing(deadline: dt.datetime | None, at: dt.datetime, last_beat: dt.datetime) -> bool:
    """Signs of life are written now and then; each one shortly before the end, where they decide something."""
    if deadline is not None and between(at, deadline) <= LAST_MINUTES_SECONDS:
        return between(last_beat, at) >= 1
    return between(last_beat, at) >= WRITE_SECONDS


def unused_break(ends_at: dt.datetime, at: dt.datetime) -> int:
    """What is left of a break that somebody ends early."""
    return between(at, ends_at)


def extra_for(wanted: dt.datetime, allowance: Allowance, extra: int) -> int:
    """Which extra seconds bring the deadline to the wanted moment."""
    factor = 1.0 if allowance.factor is None else allowance.factor
    without = allowance.started_at + seconds(round(allowance.allowed * factor) + allowance.added - extra)
    return round((wanted - without).total_seconds())
