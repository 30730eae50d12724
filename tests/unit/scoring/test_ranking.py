"""Ranks and tie groups."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking import extend_cuts, group_of, rank_people, tie_cuts


def places(scores, sed):
    return [(place.rank, place.tie_group) for place in rank_people(scores, sed)]


def test_equal_scores_share_a_rank_and_the_next_is_skipped():
    assert [rank for rank, _ in places([3.0, 5.0, 4.0, 4.0, 1.0], 0.1)] == [4, 1, 2, 2, 5]


def test_groups_reach_one_sed_below_their_highest_member():
    assert [group for _, group in places([10.0, 9.5, 9.0, 8.9, 8.0, 7.89], 1.0)] == [1, 1, 1, 2, 2, 3]


def test_a_chain_of_small_steps_does_not_join_the_ends():
    scores = [5.0 - 0.4 * step for step in range(6)]
    assert [group for _, group in places(scores, 1.0)] == [1, 1, 1, 2, 2, 2]


def test_people_without_a_score_get_no_place():
    assert places([1.0, None, 2.0], 0.5) == [(2, 2), (None, None), (1, 1)]


def test_without_a_known_error_only_equal_scores_tie():
    assert [group for _, group in places([2.0, 2.0, 1.999], None)] == [1, 1, 2]


def test_a_new_arrival_joins_the_group_of_its_score_and_moves_nobody():
    cuts = tie_cuts([10.0, 9.0, 7.0], 1.5)
    assert cuts == (8.5, 5.5)
    assert extend_cuts(cuts, 12.0, 1.5) == cuts
    assert group_of(12.0, cuts) == 1
    assert group_of(8.4, cuts) == 2
    assert extend_cuts(cuts, 5.0, 1.5) == (8.5, 5.5, 3.5)
    assert group_of(5.0, cuts) == 3


def test_nobody_is_no_error():
    assert rank_people([], 1.0) == []
    assert tie_cuts([None], 1.0) == ()


@given(
    st.lists(st.floats(-5, 5, allow_nan=False), min_size=1, max_size=40),
    st.floats(0.01, 2),
)
def test_places_agree_with_scores(scores, sed):
    by_score = sorted(zip(scores, rank_people(scores, sed), strict=True), key=lambda pair: -pair[0])
    for (higher, above), (lower, below) in pairwise(by_score):
        assert above.rank <= below.rank
        assert above.tie_group <= below.tie_group
        assert (above.rank == below.rank) == (higher == lower)
    members = {}
    for score, place in by_score:
        members.setdefault(place.tie_group, []).append(score)
    assert sorted(members) == list(range(1, len(members) + 1))
    for group in members.values():
        assert max(group) - min(group) <= sed * (1 + 1e-9) + 1e-9


def test_the_width_is_one_sed():
    assert len(tie_cuts([0.0, 1.0], 1.0)) == 1
    assert len(tie_cuts([0.0, 1.0 + 1e-6], 1.0)) == 2
    assert tie_cuts([3.0], 0.25) == pytest.approx((2.75,))
