"""Figures of a round: adjusted, rounded, in classes, and none for what is withheld."""

from __future__ import annotations

import random
from statistics import mean

import pytest

from scoring.release.figures import _Sums, count_class, make_figures, reliability_class, rounded
from scoring.release.rules import FEW, Cell, Contribution, Group, Rules

SCALE = Rules(1, 5)


def company(strict: str = "") -> list[Contribution]:
    """Twelve people in three units, six raters each; one rater may give everybody two points less."""
    dice = random.Random(2)
    good = [dice.choice((3, 4, 4)) for _ in range(12)]
    answers = []
    for person in range(12):
        for rater in dice.sample([n for n in range(12) if n != person], 6):
            for topic in ("a", "b"):
                value = good[person] + dice.choice((-1, 0, 0, 1)) - 2 * (f"r{rater}" == strict)
                answers.append(
                    Contribution(f"r{rater}", (f"u{person % 3}", f"p{person}"), topic, max(1.0, float(value)))
                )
    return answers


def cells() -> list[Cell]:
    people = [(f"u{n % 3}", f"p{n}") for n in range(12)]
    return [Cell(()), *(Cell(way) for way in people), Cell(("u0",)), Cell(("u9",)), Cell((), "a")]


def test_only_released_cells_have_a_figure() -> None:
    outcomes = make_figures(cells(), company(), SCALE)
    assert list(outcomes) == cells()
    assert all((outcome.figure is not None) == outcome.decision.released for outcome in outcomes.values())
    assert outcomes[Cell(("u9",))] == (FEW, None)
    shown = [outcome.figure for outcome in outcomes.values() if outcome.figure]
    assert len(shown) > 8
    assert all(abs(figure.value * 10 - round(figure.value * 10)) < 1e-9 for figure in shown)


def test_a_strict_rater_costs_people_less_than_in_a_plain_mean() -> None:
    fair, strict = company(), company("r5")
    rated = {each.group for each in fair if each.rater == "r5"}
    groups = sorted({each.group for each in fair})

    def lowered(values: dict[Group, float], before: dict[Group, float]) -> float:
        change = {way: values[way] - before[way] for way in groups}
        return mean(change[way] for way in groups if way not in rated) - mean(change[way] for way in rated)

    def plain(answers: list[Contribution]) -> dict[Group, float]:
        return {way: mean(each.value for each in answers if each.group == way) for way in groups}

    def adjusted(answers: list[Contribution]) -> dict[Group, float]:
        sums = _Sums(answers)
        return {way: sums.coefficient(Cell(way)) for way in groups}

    assert 0 <= lowered(adjusted(strict), adjusted(fair)) < 0.5 * lowered(plain(strict), plain(fair))


def test_nothing_is_made_of_nothing() -> None:
    assert make_figures([Cell(())], [], SCALE)[Cell(())] == (FEW, None)


@pytest.mark.parametrize(("raters", "name"), [(3, "3-5"), (5, "3-5"), (6, "6-10"), (11, "11-20"), (21, "21+")])
def test_numbers_of_raters_are_classes(raters: int, name: str) -> None:
    assert count_class(raters) == name


def test_rounding_and_classes() -> None:
    assert rounded(5.3, SCALE) == 5.0
    assert rounded(3.449, SCALE) == 3.4
    assert rounded(61.4, Rules(0, 100)) == 61
    assert [reliability_class(each) for each in (None, 0.0, 0.5, 0.7, 0.9)] == [
        "unknown",
        "low",
        "fair",
        "good",
        "high",
    ]
