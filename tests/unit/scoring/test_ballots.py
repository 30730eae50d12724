"""Figures of an anonymous survey: what is released, what is not, and that nothing follows from the rest."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from questionnaires import shelf
from scoring.ballots import EVERYTHING, Ballot, SurveyFigure, level_means, levels_of, survey_figures

MONITOR = shelf.get("loyalty-monitor")
ITEMS = [item.id for item in MONITOR.items]


def ballots(sizes: Iterable[int], seed: int = 3) -> list[Ballot]:
    """So many ballots in groups 1, 2 ..., each answer drawn at random."""
    chance = random.Random(seed)
    return [
        Ballot(group, {item: chance.randint(1, 5) for item in ITEMS})
        for group, size in enumerate(sizes, 1)
        for _each in range(size)
    ]


def shown(figures: Iterable[SurveyFigure]) -> set[tuple[int, str]]:
    return {(each.group, each.measure) for each in figures if each.mean is not None}


def test_statements_that_are_turned_round_count_the_other_way() -> None:
    answers = {item.id: 5 if item.direction > 0 else 1 for item in MONITOR.items}
    assert level_means(MONITOR, answers) == dict.fromkeys(["work", "team", "manager", "company"], 5.0)
    assert levels_of(MONITOR) == ["work", "team", "manager", "company"]


def test_a_ballot_counts_on_all_levels_or_on_none() -> None:
    whole = ballots([1])[0].answers
    team = [item.id for item in MONITOR.items if item.facet == "team"]
    enough = {item: point for item, point in whole.items() if item not in team[:2]}
    assert level_means(MONITOR, enough) is not None
    assert level_means(MONITOR, {item: point for item, point in enough.items() if item != team[2]}) is None


def test_figures_are_means_of_what_was_answered_rounded() -> None:
    given = ballots([8, 9])
    figures = {(each.group, each.measure): each.mean for each in survey_figures(MONITOR, given, [1, 2])}
    means = [level_means(MONITOR, each.answers) for each in given]
    whole = sum(sum(each.values()) / 4 for each in means if each) / 17
    assert figures[0, EVERYTHING] == round(whole, 1)
    second = [each["team"] for each in means[8:] if each]
    assert figures[2, "team"] == round(sum(second) / 9, 1)
    assert len(figures) == 15


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_a_group_of_too_few_is_not_shown_and_does_not_follow_from_the_rest(few: int) -> None:
    figures = survey_figures(MONITOR, ballots([9, few, 12]), [1, 2, 3])
    seen = shown(figures)
    assert not [measure for group, measure in seen if group == 2]
    for measure in [EVERYTHING, *levels_of(MONITOR)]:
        left = {each for each in (1, 3) if (each, measure) not in seen}
        assert (0, measure) not in seen or left, "everybody without the two shown groups would be the small one"


def test_two_groups_and_a_whole_that_differ_by_enough_are_all_shown() -> None:
    assert len(shown(survey_figures(MONITOR, ballots([6, 7]), [1, 2]))) == 15


def test_a_group_that_answers_alike_is_withheld() -> None:
    alike = [Ballot(2, dict.fromkeys(ITEMS, 3)) for _each in range(8)]
    figures = survey_figures(MONITOR, ballots([9, 0, 9]) + alike, [1, 2, 3])
    assert not [measure for group, measure in shown(figures) if group == 2]
    assert {each.withheld for each in figures if each.group == 2} == {"protects"}


def test_what_is_withheld_cannot_be_worked_out_from_exact_sums() -> None:
    """The adversary knows how many ballots each group gave and every sum before rounding."""
    for seed in range(30):
        sizes = random.Random(seed).choices([0, 2, 4, 5, 6, 8, 11], k=4)
        seen = shown(survey_figures(MONITOR, ballots(sizes, seed), [1, 2, 3, 4]))
        for measure in [EVERYTHING, *levels_of(MONITOR)]:
            hidden = sum(size for group, size in enumerate(sizes, 1) if (group, measure) not in seen)
            assert (0, measure) not in seen or hidden == 0 or hidden >= 5, (sizes, measure)


def test_nobody_answered() -> None:
    assert shown(survey_figures(MONITOR, [], [1])) == set()
