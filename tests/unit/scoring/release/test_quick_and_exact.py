"""The quick way of deciding withholds all that a plain one withholds, which looks at everything anew for each cell."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import pytest

from scoring.release.board import Board
from scoring.release.disclosure import _decide_in_order
from scoring.release.index import Ratings
from scoring.release.rules import Cell, Contribution, Group, Rules
from tests.unit.scoring.release.test_disclosure import SCALE, cells_of, holds

Edge = tuple[Cell | None, Cell | None]


def company(seed: int) -> list[Contribution]:
    """Up to seven people in three units, up to four competences, up to eight raters; often alike, often unseen."""
    dice = random.Random(seed)
    raters = [f"r{number}" for number in range(dice.randint(3, 8))]
    topics, unseen = "abcd"[: dice.randint(1, 4)], dice.choice((0, 0.05, 0.2))
    scale = dice.choice(([1, 5], [4, 5, 5, 5], [1, 2, 3, 4, 5]))
    return [
        Contribution(rater, (f"u{person % 3}", f"u{person % 3}.p{person}"), topic, dice.choice(scale))
        for person in range(dice.randint(2, 7))
        for rater in dice.sample(raters, dice.randint(1, len(raters)))
        for topic in topics
        if dice.random() >= unseen
    ]


class Plain:
    """The rules word by word: no tally is kept, no search is cut short."""

    def __init__(self, answers: Sequence[Contribution], rules: Rules) -> None:
        self.answers, self.rules = answers, rules
        self.sizes = {(way, topic): people for way, topic, people in _sizes(answers)}
        self.shown: list[Cell] = []

    def decide(self, cells: Iterable[Cell]) -> list[Cell]:
        for cell in cells:
            if self.allowed(cell):
                self.shown.append(cell)
        return self.shown

    def allowed(self, cell: Cell) -> bool:
        part = [each for each in self.answers if holds(cell, each)]
        if not part or self.tells(part):
            return False
        near = [other for other in self.shown if _nested(cell.group, other.group)]
        return self.far(part, near) and self.connected([*self.shown, cell])

    def tells(self, part: Sequence[Contribution]) -> bool:
        below = {each.rater for each in part if each.value < self.rules.highest}
        above = {each.rater for each in part if each.value > self.rules.lowest}
        few = len({each.rater for each in part}) < self.rules.fewest
        return few or len({each.value for each in part}) == 1 or min(len(below), len(above)) <= 1

    def far(self, part: Sequence[Contribution], others: Iterable[Cell]) -> bool:
        mine = {each.rater for each in part}
        theirs = [{each.rater for each in self.answers if holds(other, each)} for other in others]
        return all(len(mine ^ each) in (0, *range(self.rules.apart, 99)) for each in theirs)

    def connected(self, shown: Sequence[Cell]) -> bool:
        """No class that tells single ratings joins what the others leave apart."""
        edges = self.classes(shown)
        telling = {ends for ends, part in edges.items() if self.telling(ends, part, shown)}
        place = _parts(edges.keys() - telling)
        return all(place(one) == place(other) for one, other in telling)

    def classes(self, shown: Sequence[Cell]) -> dict[Edge, list[Contribution]]:
        edges: dict[Edge, list[Contribution]] = defaultdict(list)
        for each in self.answers:
            fits = sorted((cell for cell in shown if holds(cell, each)), key=lambda cell: -len(cell.group))
            row = next((cell for cell in fits if cell.topic is None), None)
            column = next((cell for cell in fits if cell.topic is not None), None)
            if row or column:
                edges[row, column].append(each)
        return edges

    def telling(self, ends: Edge, part: Sequence[Contribution], shown: Sequence[Cell]) -> bool:
        group = max((cell.group for cell in ends if cell), key=len)
        whole = all(self.sizes[group, topic] == people for way, topic, people in _sizes(part) if way == group)
        return self.tells(part) or (whole and not self.far(part, [cell for cell in shown if cell.group == group]))


def _nested(one: Group, other: Group) -> bool:
    return one[: len(other)] == other or other[: len(one)] == one


def _sizes(part: Sequence[Contribution]) -> list[tuple[Group, str, int]]:
    atoms = {(each.group, each.topic) for each in part}
    counted = Counter((group[:depth], topic) for group, topic in atoms for depth in range(3))
    return [(way, topic, people) for (way, topic), people in counted.items()]


def _parts(edges: Iterable[Edge]) -> Callable[[Cell | None], Cell | None]:
    above: dict[Cell | None, Cell | None] = {}

    def place(vertex: Cell | None) -> Cell | None:
        while above.get(vertex, vertex) != vertex:
            vertex = above[vertex]
        return vertex

    for one, other in edges:
        above[place(one)] = place(other)
    return place


@pytest.mark.parametrize("seeds", [range(start, start + 25) for start in range(0, 100, 25)])
def test_the_quick_way_withholds_what_the_plain_one_withholds(seeds: range) -> None:
    shown = 0
    for seed in seeds:
        answers = company(seed)
        cells = cells_of(answers)
        random.Random(seed).shuffle(cells)
        found = _decide_in_order(cells, Board(Ratings(answers, SCALE), SCALE))
        quick = {cell for cell, decision in found.items() if decision.released}
        plain = set(Plain(answers, SCALE).decide(cells))
        assert quick <= plain, (seed, quick - plain)
        assert quick == plain, "and nothing more, so that no figure is lost for speed"
        shown += len(quick)
    assert shown > 50


def test_the_plain_way_sees_what_a_subtraction_tells() -> None:
    """The unit less the person with four raters is the person with one of them."""
    values = itertools.chain((("x", "r2", 2),), (("y", f"r{n}", n) for n in (2, 3, 4, 5)))
    answers = [Contribution(rater, ("u", name), "a", value) for name, rater, value in values]
    assert Plain(answers, SCALE).decide([Cell(("u", "y")), Cell(("u",))]) == [Cell(("u", "y"))]
