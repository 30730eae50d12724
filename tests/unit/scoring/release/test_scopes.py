"""Few gaps do not cost the company and its units their competences, and what is left out enters nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from scoring.release.disclosure import decide
from scoring.release.figures import make_figures
from scoring.release.rules import Cell, Contribution, Decision
from scoring.release.scopes import usable
from tests.unit.scoring.release.test_disclosure import SCALE, cells_of, given, pinned, world

TOPICS = "abcdefgh"
STAFF, UNITS, RATERS, UNSEEN = 140, 12, 5, 0.05
LEFT_OUT = {"p3": "abc", "p77": "defgh"}
"""Two raters who left out some competences altogether; between them each is missing once."""


def company(seed: int) -> list[Contribution]:
    """Simulated: five raters a person, three of them from the unit; now and then somebody could not observe."""
    dice = random.Random(seed)
    units = {f"p{number}": f"u{number % UNITS}" for number in range(STAFF)}
    answers = []
    for person, unit in units.items():
        near = [other for other in units if other != person and units[other] == unit]
        far = [other for other in units if units[other] != unit]
        good = dice.choice((3, 4, 4))
        for rater in dice.sample(near, 3) + dice.sample(far, RATERS - 3):
            seen = [topic for topic in TOPICS if topic not in LEFT_OUT.get(rater, "") and dice.random() >= UNSEEN]
            answers += [Contribution(rater, (unit, person), t, float(good + dice.choice((-1, 0, 0, 1)))) for t in seen]
    return answers


def asked(answers: list[Contribution]) -> list[Cell]:
    """The order of the site: on all competences first, then on each, always from the whole to people."""
    groups = sorted({each.group[:depth] for each in answers for depth in range(3)}, key=lambda way: (len(way), way))
    whole = [Cell((), topic) for topic in TOPICS]
    return [Cell(()), *whole, *(Cell(way) for way in groups[1:])] + [
        Cell(way, topic) for way in groups[1:] for topic in TOPICS
    ]


def share(decisions: Iterable[tuple[Cell, Decision]], depth: int, *, single: bool = True) -> float:
    found = [
        each.released for cell, each in decisions if len(cell.group) == depth and (cell.topic is not None) == single
    ]
    return sum(found) / len(found)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_company_and_its_units_keep_their_competences(seed: int) -> None:
    answers = company(seed)
    cells = asked(answers)
    before = list(decide(cells, answers, SCALE).items())
    after = [(cell, each.decision) for cell, each in make_figures(cells, answers, SCALE).items()]
    shares = [
        [round(share(found, d, single=s), 2) for s in (True, False) for d in range(3)] for found in (before, after)
    ]
    print(f"\nwhole, units, people on single topics, then on all; before {shares[0]}, after {shares[1]}")
    assert share(before, 0) < 0.5, "without it the figures are lost"
    assert share(after, 0) >= 0.9
    assert share(after, 1) >= 0.75
    assert share(after, 2, single=False) >= 0.95 * share(before, 2, single=False)
    assert share(after, 2) >= 0.8 * share(before, 2)
    assert len(usable(cells, answers, SCALE)) >= 0.8 * len(answers)


def gappy(seed: int) -> list[Contribution]:
    """A tiny company in which somebody left something out for certain."""
    dice = random.Random(seed)
    return [each for each in world(seed) if (each.rater, each.topic) != ("r1", "b") and dice.random() > 0.1]


def test_nothing_is_pinned_where_ratings_are_left_out() -> None:
    worlds = [(answers, usable(cells_of(answers), answers, SCALE)) for answers in map(gappy, range(60))]
    cut = [kept for answers, kept in worlds if len(kept) < len(answers)]
    assert len(cut) >= 6
    for kept in cut[:6]:
        assert pinned(kept, SCALE) == []


def test_released_sets_of_raters_differ_by_none_or_by_three() -> None:
    """In the whole, in units, and between a group and whom it holds."""
    answers = company(3)
    cells = asked(answers)
    kept = usable(cells, answers, SCALE)
    raters: dict[Cell, set[str]] = {}
    for each in kept:
        for depth in range(3):
            for topic in (None, each.topic):
                raters.setdefault(Cell(each.group[:depth], topic), set()).add(each.rater)
    shown = [cell for cell, each in make_figures(cells, answers, SCALE).items() if each.decision.released]
    for one in shown:
        for way in {one.group[:depth] for depth in range(3)}:
            near = [Cell(way, topic) for topic in (None, *TOPICS)]
            gaps = {len(raters[one] ^ raters[other]) for other in set(near) & set(shown)}
            assert not gaps & {1, 2}, (one, way)


def test_what_is_left_out_changes_no_figure_and_no_value_changes_what_is_left_out() -> None:
    answers = company(4)
    cells = asked(answers)
    kept = set(usable(cells, answers, SCALE))
    turned = [each if each in kept else each._replace(value=6 - each.value) for each in answers]
    assert turned != answers
    assert make_figures(cells, turned, SCALE) == make_figures(cells, answers, SCALE)
    other = [each._replace(value=6 - each.value) for each in answers]
    again = {each._replace(value=6 - each.value) for each in usable(cells, other, SCALE)}
    assert again == kept


def test_nobody_is_left_out_where_it_costs_more_than_it_brings() -> None:
    """Each has three raters, one of whom rates nobody else and left something out."""
    answers = [
        each
        for person in range(4)
        for topic in ("a", "b")
        for each in given(f"u.p{person}", topic, s=2, t=4, **({f"r{person}": 3} if topic == "a" else {}))
    ]
    assert usable(cells_of(answers), answers, SCALE) == answers
