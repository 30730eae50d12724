"""Thinning: nobody rates more than the cap, and whoever can keep three raters keeps them."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from scoring.service_matrix import loads, raters_each, thin


def company(people: int, each: int, seed: int) -> list[tuple[int, int]]:
    random = Random(seed)
    return [(one, other) for one in range(people) for other in random.sample(range(people), each) if one != other]


def test_nobody_rates_more_than_the_cap_and_everybody_keeps_three() -> None:
    pairs = company(200, 12, seed=3)
    kept = thin(pairs, 6, seed=1)
    assert max(loads(kept).values()) == 6
    assert min(raters_each(kept).values()) >= 3
    assert kept == [pair for pair in pairs if pair in set(kept)]


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    pairs = company(60, 10, seed=5)
    assert thin(pairs, 5, seed=1) == thin(pairs, 5, seed=1) != thin(pairs, 5, seed=2)


def test_who_has_few_colleagues_keeps_all_of_them() -> None:
    pairs = [("a", "busy"), ("b", "busy"), ("c", "busy"), ("c", "calm"), ("d", "calm")]
    kept = thin(pairs, 2, seed=1)
    assert loads(kept) == {"busy": 2, "calm": 2}
    assert set(pairs) - set(kept) < {("a", "busy"), ("b", "busy"), ("c", "busy")}


def test_a_cap_that_nobody_reaches_changes_nothing() -> None:
    pairs = company(40, 5, seed=2)
    assert thin(pairs, 40, seed=1) == pairs
    assert thin([], 3, seed=1) == []


def test_a_rater_moves_on_where_another_can_be_served_elsewhere() -> None:
    """`b` has exactly three raters, so that `a`, who has five, must leave them to `b`; whatever the draw."""
    pairs = [("a", rater) for rater in "uvwxyz"] + [("b", rater) for rater in "uvw"]
    for seed in range(30):
        assert raters_each(thin(pairs, 1, seed=seed)) == {"a": 3, "b": 3}


def test_too_few_raters_serve_as_many_performers_as_they_can() -> None:
    """Ten places serve three performers with three raters each; the one that is left over goes to somebody."""
    pairs = [(performer, rater) for performer in range(8) for rater in "vwxyz"]
    kept = thin(pairs, 2, seed=4)
    assert len(kept) == 10
    assert sum(number >= 3 for number in raters_each(kept).values()) == 3


@pytest.mark.parametrize("seed", range(25))
def test_everybody_keeps_three_wherever_any_choice_could_do_it(seed: int) -> None:
    """Compared with trying every choice for four performers."""
    random = Random(seed)
    pairs = [(one, rater) for one in "abcd" for rater in random.sample("uvwxyz", random.randint(3, 5))]
    kept = raters_each(thin(pairs, 2, seed=seed))
    assert all(kept.get(one, 0) >= 3 for one in "abcd") == possible(pairs, 2)


def possible(pairs: list[tuple[str, str]], cap: int) -> bool:
    """Whether all four can have three raters while nobody rates more than the cap."""
    choices = {one: [rater for performer, rater in pairs if performer == one] for one in "abcd"}
    return place(list("abcd"), choices, {rater: cap for _one, rater in pairs})


def place(waiting: list[str], choices: dict[str, list[str]], room: dict[str, int]) -> bool:
    if not waiting:
        return True
    return any(
        place(waiting[1:], choices, {rater: left - (rater in three) for rater, left in room.items()})
        for three in combinations(choices[waiting[0]], 3)
        if all(room[rater] for rater in three)
    )


def test_a_cap_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        thin([("a", "b")], 0, seed=1)
