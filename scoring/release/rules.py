"""What may be shown of ratings that were given in confidence: cells, single ratings, rules and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

Group = tuple[str, ...]
"""The way from the whole down: ``()`` everybody, ``("sales",)`` a unit, ``("sales", "p17")`` a person."""


class Cell(NamedTuple):
    """One figure that might be shown: a group on one topic, or (None) on all topics together."""

    group: Group
    topic: str | None = None


class Contribution(NamedTuple):
    """One rating. ``group`` is its deepest group; it enters every cell whose group is a beginning of that."""

    rater: str
    group: Group
    topic: str
    value: float


class Reason(Enum):
    """What is said of a figure that is not shown. Finer reasons would tell what the values are."""

    FEW = "few"
    WITHHELD = "withheld"


class Decision(NamedTuple):
    """Whether a figure is shown; if not, why."""

    released: bool
    reason: Reason | None = None


RELEASED = Decision(True)
FEW = Decision(False, Reason.FEW)
WITHHELD = Decision(False, Reason.WITHHELD)


@dataclass(frozen=True)
class Rules:
    """What is asked of a released figure. Each can be switched off, so that a test can show what it is good for.

    Attributes
    ----------
    lowest, highest
        The ends of the scale.
    fewest
        Raters behind each figure, and behind each sum that can be worked out from released figures.
    apart
        Sets of raters of two released figures about the same people, or about some of them, differ by none or
        by so many. 0 switches it off.
    extremes
        Withhold what all raters gave alike, and what all of them, or all but one of them, put at an end of the scale:
        the one who did not would know all the others' ratings.
    subtraction
        Withhold what would let a withheld figure be worked out from the released ones.
    """

    lowest: float
    highest: float
    fewest: int = 3
    apart: int = 3
    extremes: bool = True
    subtraction: bool = True


def weight(cell: Cell, people: int) -> float:
    """Return what a figure counts, where one has to choose: a person's on all topics three, a unit of 27 three."""
    return 3.0 if people == 1 and cell.topic is None else float(people ** (1 / 3))
