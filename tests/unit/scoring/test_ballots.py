"""Figures of an anonymous survey: what is released, what is not, and that nothing follows from the rest."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pytest
from scipy.linalg import null_space

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


# --- the adversary knows every released sum exactly, and how many ballots each group gave

LEVELS = levels_of(MONITOR)


def released_rows(seen: set[tuple[int, str]], groups: int) -> np.ndarray:
    """Each released figure as weights of the sums of (group, level)."""
    rows = np.zeros((len(seen), groups, len(LEVELS)))
    for row, (group, measure) in zip(rows, sorted(seen), strict=True):
        over = slice(None) if group == 0 else slice(group - 1, group)
        row[over, slice(None) if measure == EVERYTHING else LEVELS.index(measure)] = 1.0
    return rows.reshape(len(seen), -1)


def can_be_told(rows: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether some combination of the figures has weight on what is wanted, and on nothing else."""
    if not len(rows):
        return False
    free = null_space(rows[:, ~wanted].T)
    return bool(np.abs(rows[:, wanted].T @ free).max(initial=0.0) > 1e-9)


def company(seed: int) -> tuple[list[int], list[Ballot], set[tuple[int, int]]]:
    """Groups of all sizes; some answer alike on one level."""
    chance = random.Random(seed)
    sizes = chance.choices([1, 3, 4, 5, 6, 9], k=4)
    alike = {(group, chance.randrange(4)) for group in range(4) if chance.random() < 0.4}
    made = []
    for each in ballots(sizes, seed):
        levels = [LEVELS[level] for group, level in alike if group + 1 == each.group]
        same = {item.id: 3 for item in MONITOR.items if item.facet in levels}
        made.append(Ballot(each.group, {**each.answers, **same}))
    return sizes, made, alike


def test_no_combination_of_figures_tells_fewer_than_five_or_a_level_that_all_gave_alike() -> None:
    tried = shown_in_all = 0
    for seed in range(60):
        sizes, made, alike = company(seed)
        seen = shown(survey_figures(MONITOR, made, [1, 2, 3, 4]))
        shown_in_all += len(seen)
        rows = released_rows(seen, 4)
        few = [set(some) for n in (1, 2, 3) for some in combinations(range(4), n) if sum(sizes[g] for g in some) < 5]
        targets = [{(group, level) for group in some for level in range(4)} for some in few]
        for target in [*targets, *({each} for each in alike)]:
            wanted = np.zeros((4, 4), dtype=bool)
            wanted[tuple(np.array(sorted(target)).T)] = True
            assert not can_be_told(rows, wanted.reshape(-1)), (seed, sizes, target)
            tried += 1
    assert tried > 100
    assert shown_in_all > 200, "withholding everything would pass, too"


def test_the_adversary_would_find_what_is_not_withheld() -> None:
    """All levels together and three of four give the fourth."""
    everything = {(1, measure) for measure in (EVERYTHING, "work", "team", "manager")}
    wanted = np.zeros(16, dtype=bool)
    wanted[LEVELS.index("company")] = True
    assert can_be_told(released_rows(everything, 4), wanted)


def test_nobody_answered() -> None:
    assert shown(survey_figures(MONITOR, [], [1])) == set()
