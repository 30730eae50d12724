"""Two rankings side by side: places, groups and borders against reckoning by hand."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.ranking import rank_people
from scoring.rehearsing.calibration import calibration_on
from scoring.rehearsing.comparing import compare, movers, rank, rank_correlation
from scoring.rehearsing.groups import rates


def test_places_and_groups_are_those_of_the_list() -> None:
    chance = np.random.default_rng(3)
    scores: list[float | None] = [round(float(each), 1) for each in chance.normal(size=200)]
    scores[5] = scores[17] = None
    ours, theirs = rank(scores, 0.4), rank_people(scores, 0.4)
    assert ours.places.tolist() == [each.rank or 0 for each in theirs]
    assert ours.groups is not None
    assert ours.groups.tolist() == [each.tie_group or 0 for each in theirs]


def test_borders_that_stand_are_kept() -> None:
    assert rank([3.0, 2.0, 1.0], 1.0, (2.5, 0.5)).groups.tolist() == [1, 2, 2]  # type: ignore[union-attr]
    assert rank([3.0, 2.0], None).groups is None


def test_who_moves_how_far_and_across_which_border() -> None:
    before = rank([9.0, 8.0, 7.0, 6.0, None, 5.0], None)
    after = rank([8.0, 9.0, 1.0, 7.0, 6.0, None], None)
    found = compare(before, after, target=3)
    assert (found["ranked_before"], found["ranked_after"], found["both"]) == (5, 5, 4)
    assert (found["gain"], found["lose"]) == (1, 1)
    assert found["target"] == {"number": 3, "stay": 2, "enter": 1, "leave": 1, "beyond_ties": None}
    # Places 1 2 3 4 become 2 1 5 3: of five places everybody moves by a fifth at least.
    assert {name: found["moves"][name] for name in ("same", "near", "some", "far")} == {
        "same": 0,
        "near": 0,
        "some": 3,
        "far": 1,
    }
    assert (found["moves"]["median"], found["moves"]["most"]) == (1.0, 2)
    assert found["correlation"] == pytest.approx(np.corrcoef([4, 3, 2, 1], [3, 4, 1, 2])[0, 1])
    crossing = {place: move["crosses"] for place, move in movers(before, after, 3, 10)}
    assert crossing == {2: "leaves", 0: "", 1: "", 3: "enters"}


def test_moves_within_the_scores_own_error_do_not_count_as_crossing() -> None:
    """Ten people a group apart: the first and the last change sides for certain, those at the cut do not."""
    before = rank([10.0, 9.9, 5.0, 4.9, 0.0, -0.1], 1.0)
    swapped = rank([9.9, 10.0, 4.9, 5.0, 0.0, -0.1], 1.0)
    turned = rank([-0.1, 9.9, 5.0, 4.9, 0.0, 10.0], 1.0)
    assert compare(before, swapped, 3)["target"]["beyond_ties"] == 0
    assert compare(before, turned, 3)["target"]["beyond_ties"] == 2
    assert compare(before, turned, 3)["groups"] == {"same": 4, "one": 0, "more": 2}


def test_few_or_equal_people_have_no_correlation() -> None:
    assert rank_correlation(np.array([1.0, 2.0]), np.array([1.0, 2.0])) is None
    assert rank_correlation(np.ones(5), np.arange(5.0)) is None
    found = compare(rank([], None), rank([], None), 1)
    assert (found["people"], found["moves"]["median"], found["correlation"]) == (0, None, None)


def test_small_groups_are_never_given_a_rate() -> None:
    selected = [True] * 20 + [False] * 20 + [True] * 4 + [False] * 36 + [True] * 5
    group = ["en"] * 40 + ["ru"] * 40 + ["lt"] * 5
    english, lithuanian, russian = rates(selected, group)
    assert (english["rate"], english["ratio"], english["finding"]) == (0.5, 1.0, "not_below_four_fifths")
    assert (russian["rate"], russian["ratio"], russian["finding"]) == (0.1, 0.2, "below_four_fifths")
    assert (lithuanian["n"], lithuanian["rate"], lithuanian["finding"]) == (5, None, "cannot_tell")
    assert rates(selected[:40], group[:40]) == []


def test_calibration_says_nothing_of_few() -> None:
    assert calibration_on([0.5] * 29, [True] * 29) == {"n": 29}
    found = calibration_on([0.25] * 40, [True] * 10 + [False] * 30)
    assert (found["predicted"], found["observed"]) == (0.25, 0.25)
    assert found["brier"] == pytest.approx(found["brier_base"]) == pytest.approx(0.1875)
    assert found["low"] < 0.25 < found["high"]


def test_of_groups_selected_equally_often_the_largest_is_the_base() -> None:
    selected = [True, False] * 20 + [True, False] * 40
    smaller, larger = rates(selected, ["en"] * 40 + ["ru"] * 80)
    assert (larger["low"], larger["high"]) == (1.0, 1.0)
    assert smaller["low"] < 1.0 < smaller["high"]
