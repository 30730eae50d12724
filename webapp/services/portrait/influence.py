"""How the answers moved one applicant's result, by group of situations; never by situation, and nothing of the key."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.explaining.coarse import coarse_groups
from webapp.records import Vacancy
from webapp.services.feedback.policy import contributions_are_open
from webapp.services.portrait.answered import Answered

STEPS = {"held_back_much": -1.0, "held_back": -0.5, "neither": 0.0, "helped": 0.5, "helped_much": 1.0}
"""A bar is as long as its word, so that it shows no more than the word says."""


@dataclass(frozen=True)
class Moved:
    """One group of situations with its word and bar."""

    name: str
    situations: int
    answered: int
    level: str
    bar: float


@dataclass(frozen=True)
class Influence:
    """`closed`: the vacancy has closed, so that there are five words and not three. `by_key`: no staff are known."""

    closed: bool
    by_key: bool
    groups: tuple[Moved, ...]

    @property
    def named(self) -> bool:
        """Whether any group moved the result."""
        return any(each.bar for each in self.groups)


def influence_of(answered: Answered, vacancy: Vacancy, language: str) -> Influence | None:
    """None where too little was answered for a result, so that nothing moved it."""
    (score,) = answered.counted.score([answered.sheet])
    if score.score is None:
        return None
    closed = contributions_are_open(vacancy)
    seen = coarse_groups(answered.counted.compiled, answered.sheet.answers, answered.facets, closed=closed)
    groups = tuple(
        Moved(answered.name_of(each.group, language), each.items, each.answered, each.level, STEPS[each.level])
        for each in seen
    )
    return Influence(closed, answered.model.manifest.kind == "key_only", groups)
