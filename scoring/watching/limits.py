"""From when on a change is worth a look, and from when on an alarm. Conventions, none of them fitted to anything.

A level needs two things: the change is larger than chance explains (Holm over everything that one look tests), and it
is large. With thousands of applicants everything is significant; with forty, a large change may be chance.
"""

from __future__ import annotations

from dataclasses import dataclass

STEADY, WATCH, ALARM = "steady", "watch", "alarm"
ORDER = (STEADY, WATCH, ALARM)

LEVEL = 0.05
FEWEST = 10
"""With fewer people on either side nothing is compared."""
ENOUGH = 30
"""With fewer applicants there is no alarm, and with fewer staff nothing is said of them: it would tell of persons."""

HONEST_DROPS = 0.05
"""Share of honest people whose confirmation drops "significantly": the level of that test."""


@dataclass(frozen=True)
class Limits:
    """A change of at least ``watch`` is worth a look, of at least ``alarm`` an alarm."""

    watch: float
    alarm: float

    def level(self, size: float, sure: float | None = None) -> str:
        """Level of a change of this ``size``; ``sure`` is what it is at least (its interval's near end)."""
        if (size if sure is None else sure) >= self.alarm:
            return ALARM
        return WATCH if size >= self.watch else STEADY


AREA = Limits(0.60, 0.75)
"""Area under the curve of the classifier; for an alarm, the lower end of its interval."""
SPREADS = Limits(0.2, 0.5)
"""Shift of a mean in standard deviations; for an alarm, the near end of its interval."""
FLAGGED = Limits(0.02, 0.10)
"""Rise of the share flagged."""
DROPPED = Limits(0.0, 0.20)
"""Share of confirmations that drop; for an alarm, the lower end of its interval."""
LEFT_OUT = Limits(0.05, 0.15)
"""Rise of the share skipped, or without a score."""
MIX = Limits(0.10, 2.0)
"""Change of one language's share, which is never an alarm: nothing need be wrong."""


def worst(levels: list[str]) -> str:
    """Return the worst of several levels."""
    return max(levels, key=ORDER.index, default=STEADY)
