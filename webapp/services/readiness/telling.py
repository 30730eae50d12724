"""How numbers of people are told where the number itself is in confidence.

Whole fives rounded down would not do for groups that overlap: a unit of "5" and a job family of "10" that differ by one
person tell that this person counts. So the number of a group is moved to a neighbouring five by lot; the lot hangs
on who belongs to the group and on the installation's secret. Two groups that differ by one person draw
apart, and no two numbers told prove anything about that person (docs/decisions/0044).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from models.confidence import GROUP, in_fives
from webapp.services.training_confidence import keyed

SMALLEST = 10
"""Groups of fewer people are told together."""


@dataclass(frozen=True)
class Teller:
    """Tells numbers of one column: as they are, or moved by lot."""

    what: str
    in_confidence: bool
    secret: str

    def told(self, counted: Collection[uuid.UUID], group: Collection[uuid.UUID]) -> int:
        """How many of the group are counted."""
        number = len(counted)
        if not self.in_confidence:
            return number
        return moved(number, self.lot(group), len(group))

    def lot(self, group: Collection[uuid.UUID]) -> int:
        """0 to 4, the same for the same people."""
        people = ",".join(sorted(member.hex for member in group))
        return int(keyed(self.secret, "readiness", self.what, people)[:8], 16) % GROUP


def moved(number: int, lot: int, most: int) -> int:
    """The five below or above, never more than the group's own fives: told 10 may be 6 to 14."""
    return min(in_fives(number + lot), in_fives(most))
