"""Everything that one look tests, and what remains when it is allowed for that there are so many tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scoring.quality.multiplicity import holm
from scoring.watching.limits import ALARM, LEVEL, ORDER, STEADY, WATCH


@dataclass(frozen=True)
class Trial:
    """One comparison: ``level`` is what it amounts to if chance does not explain it."""

    name: str
    p: float
    level: str
    numbers: dict[str, Any] = field(default_factory=dict)


def findings(tests: Sequence[Trial], *, alarms: bool) -> list[dict[str, Any]]:
    """Return what is neither chance nor small, the worst first; one entry for each name.

    Parameters
    ----------
    tests : sequence of Trial
        Several may bear one name: their worst level counts, their numbers stand in a list.
    alarms : bool
        Whether there are people enough for an alarm.
    """
    adjusted = holm([test.p for test in tests])
    told: dict[str, list[Trial]] = {}
    for test, p in zip(tests, adjusted, strict=True):
        if p < LEVEL and test.level != STEADY:
            told.setdefault(test.name, []).append(test)
    found = [_finding(name, each, alarms) for name, each in told.items()]
    return sorted(found, key=lambda each: (-ORDER.index(each["level"]), each["name"]))


def _finding(name: str, tests: Sequence[Trial], alarms: bool) -> dict[str, Any]:
    level = max((test.level for test in tests), key=ORDER.index)
    return {
        "name": name,
        "level": WATCH if level == ALARM and not alarms else level,
        "numbers": [test.numbers for test in tests],
    }
