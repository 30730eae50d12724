"""What a person is told about how their answers moved the result, before and after the vacancy has closed.

As long as a vacancy takes answers, somebody may sit for it under many addresses and compare what each sitting is
told. Fifty sittings with one word in three levels for each group of three situations give away every keyed option,
and so does, for more than half of them, a single word in three levels on the whole result. So nothing that is
told before the vacancy has closed depends on which options were chosen: `publish` then looks only at whether
situations were answered. The attack stands in ``tests/attacks``, the figures in decision 0028.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.compiled.explaining import Contributions, contributions
from scoring.compiled.model import Answers, CompiledModel
from scoring.explaining.influence import Influence, influences, reaches

HELPED, NEITHER, HELD_BACK = "helped", "neither", "held_back"
FAR_HELPED, FAR_HELD_BACK = "helped_much", "held_back_much"
SLIGHT = 0.05
"""Below this share of how far it can move a result, an answer or a group moved it neither way."""

MUCH = 0.25
"""From this share on, a group moved the result much."""


@dataclass(frozen=True)
class GroupTold:
    """What is told about one group of situations.

    Attributes
    ----------
    group : str
    items : tuple of str
        Ids of its situations.
    share : float
        How far it can move a result, as a share of all groups: the same for everybody.
    answered : int
        How many of its situations were answered.
    level : str or None
        One of five words for how the answers moved the result; None before the vacancy has closed.
    moved : float or None
        By how much, in the units of the prediction: exactly, so that the groups sum to the difference between
        the result and the reference. None before the vacancy has closed.
    """

    group: str
    items: tuple[str, ...]
    share: float
    answered: int
    level: str | None = None
    moved: float | None = None


@dataclass(frozen=True)
class Told:
    """Everything that the page says.

    ``levels`` holds one of three words by item id, nothing before the vacancy has closed; ``reference_kind`` what
    the contributions are measured against (see `scoring.compiled.explaining.Contributions`), None before.
    """

    groups: tuple[GroupTold, ...]
    levels: Mapping[str, str]
    difference: float | None = None
    reference_kind: str | None = None


def publish(model: CompiledModel, answers: Answers, groups: Mapping[str, str], *, closed: bool) -> Told:
    """What is told about one person's answers.

    Parameters
    ----------
    answers
        Canonical answers by item id.
    groups
        Name of the group by item id.
    closed
        Whether the vacancy has closed.
    """
    known = influences(model, groups)
    answered = frozenset(item.id for item in model.items if answers.get(item.id))
    if not closed:
        return Told(tuple(_before(each, answered) for each in known), {})
    found, reach = contributions(model, answers), reaches(model)
    levels = {name: level_of(moved, reach[name]) for name, moved in found.items.items() if name in answered}
    return Told(
        tuple(_after(each, answered, found) for each in known),
        levels,
        found.prediction - found.reference,
        found.reference_kind,
    )


def _before(each: Influence, answered: frozenset[str]) -> GroupTold:
    return GroupTold(each.group, each.items, each.share, len(answered.intersection(each.items)))


def _after(each: Influence, answered: frozenset[str], found: Contributions) -> GroupTold:
    moved = sum(found.items[item] for item in each.items)
    count = len(answered.intersection(each.items))
    return GroupTold(each.group, each.items, each.share, count, group_level(moved, each.reach), moved)


def level_of(moved: float, reach: float) -> str:
    """One of three words: ``helped``, ``neither`` or ``held_back``."""
    if abs(moved) <= SLIGHT * reach:
        return NEITHER
    return HELPED if moved > 0 else HELD_BACK


def group_level(moved: float, reach: float) -> str:
    """One of five words: the three of `level_of`, and two for what moved a result much."""
    level = level_of(moved, reach)
    if abs(moved) < MUCH * reach or level == NEITHER:
        return level
    return FAR_HELPED if level == HELPED else FAR_HELD_BACK
