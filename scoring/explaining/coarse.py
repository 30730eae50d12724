"""How the answers moved a result, in words coarse enough for somebody who reads many people's results.

A recruiter sees whole results and nobody's answers. From pages alone nothing follows about the key: whoever renames the
options of every situation, in the key and in all answers alike, gets the same pages. Only who knows the answers too,
because they sat for the vacancy themselves under many addresses, learns from what is told of each sitting. The whole
result, which a recruiter has to see, then gives away 64 to 69 of 100 keyed options in fifty sittings of 24 situations;
three words for each group of three situations would give away 93 to 100. So while a vacancy takes answers a group is
named only where it moved the result by two fifths of its reach, which gives away 51, less than the result does. After
the close there are five words. Neither says anything of a single situation. The attacks stand in ``tests/attacks``, the
figures in decision 0048.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.compiled.explaining import contributions
from scoring.compiled.model import Answers, CompiledModel
from scoring.explaining.influence import Influence, influences
from scoring.explaining.publication import HELD_BACK, HELPED, NEITHER, group_level

NAMED = 0.4
"""While a vacancy takes answers, the share of its reach from which a group is said to have moved a result."""


@dataclass(frozen=True)
class GroupSeen:
    """One group of situations, as a recruiter reads of it.

    Attributes
    ----------
    group : str
    items : int
        How many situations it has.
    answered : int
        How many of them were answered.
    share : float
        How far it can move a result, as a share of all groups: the same for everybody.
    level : str
        ``held_back_much``, ``held_back``, ``neither``, ``helped``, ``helped_much``; the two ends after the close alone.
    """

    group: str
    items: int
    answered: int
    share: float
    level: str


def coarse_groups(
    model: CompiledModel, answers: Answers, groups: Mapping[str, str], *, closed: bool
) -> tuple[GroupSeen, ...]:
    """How one person's answers moved the result, by group.

    Parameters
    ----------
    answers
        Canonical answers by item id.
    groups
        Name of the group by item id.
    closed
        Whether the vacancy has closed.
    """
    moved = contributions(model, answers).items
    answered = frozenset(item.id for item in model.items if answers.get(item.id))
    return tuple(
        GroupSeen(
            each.group,
            len(each.items),
            len(answered.intersection(each.items)),
            each.share,
            _level(sum(moved[item] for item in each.items), each, closed),
        )
        for each in influences(model, groups)
    )


def _level(moved: float, group: Influence, closed: bool) -> str:
    if closed:
        return group_level(moved, group.reach)
    if abs(moved) < NAMED * group.reach or not group.reach:
        return NEITHER
    return HELPED if moved > 0 else HELD_BACK
