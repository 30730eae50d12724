"""No single rating can be worked out from released sums; with a rule switched off one can."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from scoring.release.disclosure import decide
from scoring.release.rules import FEW, RELEASED, WITHHELD, Cell, Contribution, Rules

SCALE = Rules(1, 5)
OFF = {
    "fewest": replace(SCALE, fewest=2),
    "apart": replace(SCALE, apart=0),
    "extremes": replace(SCALE, extremes=False),
    "subtraction": replace(SCALE, subtraction=False),
}


def given(person: str, topic: str, **values: float) -> list[Contribution]:
    """What these raters say of somebody: the person's name is `unit.person`."""
    return [Contribution(rater, (person.split(".")[0], person), topic, value) for rater, value in values.items()]


def cells_of(answers: Sequence[Contribution]) -> list[Cell]:
    """Everybody, units, people; all topics before each."""
    groups = sorted({each.group[:depth] for each in answers for depth in range(3)}, key=lambda way: (len(way), way))
    topics = sorted({each.topic for each in answers})
    return [Cell(way) for way in groups] + [Cell(way, topic) for way in groups for topic in topics]


def holds(cell: Cell, each: Contribution) -> bool:
    return each.group[: len(cell.group)] == cell.group and cell.topic in (None, each.topic)


class Adversary:
    """Knows who rated whom on what, the exact sum of every released cell, and the ratings of one rater."""

    def __init__(self, answers: Sequence[Contribution], shown: Sequence[Cell], traitor: str | None = None) -> None:
        self.answers = answers
        self.rows = np.array([[holds(cell, each) for each in answers] for cell in shown], dtype=float)
        values = np.array([each.value for each in answers])
        known = np.array([each.rater == traitor for each in answers])
        self.low, self.high = np.where(known, values, 1.0), np.where(known, values, 5.0)
        self.sums = self.rows @ values if len(self.rows) else values[:0]

    def feasible(self, number: int) -> tuple[float, float]:
        """The least and the greatest whole value of this rating that fits everything."""
        return self._end(number, 1), self._end(number, -1)

    def _end(self, number: int, sign: int) -> float:
        goal = np.zeros(len(self.answers))
        goal[number] = sign
        fits = [LinearConstraint(self.rows, self.sums, self.sums)] if len(self.rows) else []
        found = milp(goal, constraints=fits, bounds=Bounds(self.low, self.high), integrality=np.ones(len(goal)))
        assert found.success
        return round(sign * found.fun)

    def pinned(self) -> list[Contribution]:
        """The ratings of others that the adversary knows for certain."""
        others = [number for number in range(len(self.answers)) if self.low[number] < self.high[number]]
        return [self.answers[number] for number in others if len(set(self.feasible(number))) == 1]


def pinned(answers: Sequence[Contribution], rules: Rules) -> list[Contribution]:
    """Everything that HR, alone or together with any one rater, gets to know."""
    decisions = decide(cells_of(answers), answers, rules)
    shown = [cell for cell, decision in decisions.items() if decision.released]
    traitors = [None, *sorted({each.rater for each in answers})]
    return [found for traitor in traitors for found in Adversary(answers, shown, traitor).pinned()]


def world(seed: int) -> list[Contribution]:
    """A tiny company: who rates whom, on what and how is drawn; ratings are mostly high and often alike."""
    dice = random.Random(seed)
    raters = [f"r{number}" for number in range(dice.randint(3, 6))]
    people = [f"u{number % 2}.p{number}" for number in range(dice.randint(2, 4))]
    return [
        Contribution(rater, (person[:2], person), topic, dice.choice([1, 3, 4, 4, 5, 5, 5]))
        for person in people
        for rater in dice.sample(raters, dice.randint(1, len(raters)))
        for topic in ("a", "b")
        if dice.random() > 0.15
    ]


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_pinned_in_tiny_companies(seed: int) -> None:
    assert pinned(world(seed), SCALE) == []


def test_the_worlds_are_worth_attacking() -> None:
    """Something is released in most of them, and without the rules something is pinned in most."""
    released = [any(d.released for d in decide(cells_of(world(n)), world(n), SCALE).values()) for n in range(12)]
    assert sum(released) >= 8
    bare = Rules(1, 5, fewest=1, apart=0, extremes=False, subtraction=False)
    assert sum(bool(pinned(world(seed), bare)) for seed in range(4)) >= 3


def behind(answers: Sequence[Contribution], shown: Sequence[Cell], few: int = 2) -> list[tuple[str, ...]]:
    """Sets of so few raters of whom alone a combination of released sums can be worked out, by ranks."""
    rows = np.array([[holds(cell, each) for each in answers] for cell in shown], dtype=float)
    if not len(rows):
        return []
    whole = np.linalg.matrix_rank(rows)
    found = []
    for some in itertools.combinations(sorted({each.rater for each in answers}), few):
        rest = rows[:, [each.rater not in some for each in answers]]
        if np.linalg.matrix_rank(rest) < whole:
            found.append(some)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_whatever_can_be_worked_out_has_three_raters_behind_it(seed: int) -> None:
    answers = world(seed)
    shown = [cell for cell, decision in decide(cells_of(answers), answers, SCALE).items() if decision.released]
    assert behind(answers, shown) == []


def test_the_ranks_see_a_difference() -> None:
    answers = given("u.x", "a", r1=1, r2=2, r3=4, r4=5) + given("u.y", "a", r1=2, r2=5)
    assert behind(answers, [Cell(("u",)), Cell(("u", "u.x"))]) == [("r1", "r2")]


@pytest.mark.parametrize("seed", range(20))
def test_sets_of_raters_differ_by_none_or_by_three(seed: int) -> None:
    answers = world(seed)
    shown = [cell for cell, decision in decide(cells_of(answers), answers, SCALE).items() if decision.released]
    raters = {cell: {each.rater for each in answers if holds(cell, each)} for cell in shown}
    for one, other in itertools.combinations(shown, 2):
        nested = one.group[: len(other.group)] == other.group or other.group[: len(one.group)] == one.group
        assert not nested or len(raters[one] ^ raters[other]) in (0, *range(3, 99)), (one, other)


# --- one small company for each rule: with the rule nothing is pinned, without it something is ---


def test_fewer_than_three_raters() -> None:
    answers = given("u.x", "a", r1=2, r2=4) + given("u.y", "a", r3=3, r4=4, r5=5)
    assert decide(cells_of(answers), answers, SCALE)[Cell(("u", "u.x"))] == FEW
    assert pinned(answers, SCALE) == []
    assert pinned(answers, OFF["fewest"])


def test_subtraction() -> None:
    """The unit less the person with four raters is the person with one of them."""
    answers = given("u.x", "a", r2=2) + given("u.y", "a", r2=3, r3=4, r4=5, r5=2)
    decisions = decide(cells_of(answers), answers, SCALE)
    assert sorted(decisions[Cell(way)].released for way in ((), ("u", "u.y"))) == [False, True]
    assert pinned(answers, SCALE) == []
    assert pinned(answers, OFF["subtraction"])


def test_subtraction_across_rows_and_columns() -> None:
    """All topics less one topic, of a unit less a person: no two figures alone would tell."""
    answers = given("u.x", "a", r1=2, r2=5, r3=3) + given("u.x", "b", r1=1)
    answers += given("u.y", "a", r1=2, r2=4, r3=3) + given("u.y", "b", r1=3, r2=4, r3=5)
    assert pinned(answers, SCALE) == []
    assert pinned(answers, replace(SCALE, subtraction=False, apart=0))


@pytest.mark.parametrize(
    "values",
    [
        {"r1": 5, "r2": 5, "r3": 5},
        {"r1": 1, "r2": 1, "r3": 1, "r4": 1},
        {"r1": 5, "r2": 5, "r3": 2},
        {"r1": 1, "r2": 4, "r3": 1},
    ],
)
def test_extreme_figures(values: dict[str, float]) -> None:
    """The third one of 5, 5 and 2 would know both others' ratings."""
    answers = given("u.x", "a", **values)
    assert set(decide(cells_of(answers), answers, SCALE).values()) == {WITHHELD}
    assert pinned(answers, OFF["extremes"])


def test_what_all_gave_alike_is_withheld_wherever_it_lies() -> None:
    answers = given("u.x", "a", r1=4, r2=4, r3=4)
    assert set(decide(cells_of(answers), answers, SCALE).values()) == {WITHHELD}
    assert set(decide(cells_of(answers), answers, OFF["extremes"]).values()) == {RELEASED}


def test_an_extreme_residue_is_not_left_over_either() -> None:
    answers = given("u.x", "a", r1=2, r2=3, r3=4, r4=2) + given("u.y", "a", r5=5, r6=5, r7=5, r8=5)
    decisions = decide(cells_of(answers), answers, SCALE)
    assert decisions[Cell(("u", "u.y"))] == WITHHELD
    assert not (decisions[Cell(("u",))].released and decisions[Cell(("u", "u.x"))].released)
    assert pinned(answers, SCALE) == []


def rounded_means(shown: Sequence[Cell], answers: Sequence[Contribution]) -> list[float]:
    listed = [[each.value for each in answers if holds(cell, each)] for cell in shown]
    return [round(sum(values) / len(values), 1) for values in listed]


def alike(answers: Sequence[Contribution], rules: Rules) -> set[float]:
    """What the fourth rater gave, by rounded means, to who believes that all rate a person alike on all topics."""
    raters = sorted({each.rater for each in answers})
    shown = [cell for cell, decision in decide(cells_of(answers), answers, rules).items() if decision.released]
    means, fits = rounded_means(shown, answers), set()
    for guess in itertools.product(range(1, 6), repeat=len(raters)):
        said = dict(zip(raters, guess, strict=True))
        if rounded_means(shown, [each._replace(value=said[each.rater]) for each in answers]) == means:
            fits.add(said["r4"])
    return fits


def test_sets_that_differ_by_one() -> None:
    """The fourth could not observe topic b. Whoever rates alike on both would give themselves away."""
    answers = given("u.x", "a", r1=2, r2=4, r3=5, r4=3) + given("u.x", "b", r1=2, r2=4, r3=5)
    answers += given("u.x", "c", r1=2, r2=4, r3=5, r4=3)
    assert len(alike(answers, SCALE)) > 1
    assert alike(answers, OFF["apart"]) == {3}


def test_a_set_that_differs_by_one_cannot_be_got_by_subtraction() -> None:
    """All topics less a and c would be b, which the fourth could not observe."""
    answers = given("u.x", "a", r1=2, r2=4, r3=5, r4=3) + given("u.x", "b", r1=2, r2=4, r3=5)
    answers += given("u.x", "c", r1=2, r2=4, r3=5, r4=3)
    person = ("u", "u.x")
    decisions = decide([Cell(person), *(Cell(person, topic) for topic in "abc")], answers, SCALE)
    assert [decision.released for decision in decisions.values()] == [True, True, False, False]


def test_a_unit_of_three_who_rate_one_another() -> None:
    """Two raters each: no person is shown, the three together are."""
    answers = given("u.x", "a", ry=2, rz=4) + given("u.y", "a", rx=3, rz=5) + given("u.z", "a", rx=4, ry=1)
    decisions = decide(cells_of(answers), answers, SCALE)
    assert decisions[Cell(("u",))] == RELEASED
    assert {decisions[Cell(("u", f"u.{name}"))] for name in "xyz"} == {FEW}
    assert pinned(answers, SCALE) == []


def test_withholding_itself_pins_nobody() -> None:
    """What fits a withheld figure of three raters, the rules known and one's own rating too, is never one value."""
    fits: dict[tuple[int, bool], set[tuple[int, int]]] = {}
    for values in itertools.product(range(1, 6), repeat=3):
        answers = given("u.x", "a", r1=values[0], r2=values[1], r3=values[2])
        shown = decide([Cell(())], answers, SCALE)[Cell(())].released
        fits.setdefault((values[0], shown), set()).add(values[1:])
    for (own, shown), others in fits.items():
        shares = [sum(pair[0] == value for pair in others) / len(others) for value in range(1, 6)]
        assert max(shares) < 0.6, (own, shown, shares)


def test_order_says_what_is_more_important() -> None:
    answers = given("u.x", "a", r1=2, r2=4, r3=5) + given("u.x", "b", r1=2, r2=4, r3=5, r4=1)
    one, other = Cell(("u", "u.x"), "a"), Cell(("u", "u.x"), "b")
    assert decide([one, other], answers, SCALE) == {one: RELEASED, other: WITHHELD}
    assert decide([other, one], answers, SCALE) == {other: RELEASED, one: WITHHELD}
    assert list(decide([other, one], answers, SCALE)) == [other, one]
    assert decide([Cell(("nobody",))], answers, SCALE) == {Cell(("nobody",)): FEW}
