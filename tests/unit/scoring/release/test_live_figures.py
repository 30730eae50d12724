"""Why figures come once: two releases with one rating between them tell that rating, each of them alone does not."""

from __future__ import annotations

import itertools

from scoring.release.disclosure import decide
from scoring.release.rules import Cell, Contribution
from tests.unit.scoring.release.test_disclosure import SCALE, cells_of, given, rounded_means

BEFORE = given("u.x", "a", r1=2, r2=4, r3=5, r4=3)
AFTER = [*BEFORE, *given("u.x", "a", r5=2)]


def shown(answers: list[Contribution]) -> list[float]:
    decisions = decide(cells_of(answers), answers, SCALE)
    assert decisions[Cell(("u", "u.x"), "a")].released
    return rounded_means([cell for cell, decision in decisions.items() if decision.released], answers)


def fits(*, live: bool) -> list[set[int]]:
    """The values of each rating that fit: the figures at the end, or those before the last rating too."""
    possible: list[set[int]] = [set() for _ in AFTER]
    released = [cell for cell, decision in decide(cells_of(AFTER), AFTER, SCALE).items() if decision.released]
    for values in itertools.product(range(1, 6), repeat=len(AFTER)):
        after = [each._replace(value=value) for each, value in zip(AFTER, values, strict=True)]
        same = rounded_means(released, after) == rounded_means(released, AFTER)
        if same and (not live or rounded_means(released, after[:-1]) == rounded_means(released, BEFORE)):
            for known, value in zip(possible, values, strict=True):
                known.add(value)
    return possible


def test_figures_at_closing_leave_every_rating_open() -> None:
    assert shown(BEFORE)
    assert shown(AFTER)
    assert all(len(values) > 2 for values in fits(live=False))


def test_live_figures_would_tell_who_answered_last() -> None:
    assert fits(live=True)[-1] == {2}
