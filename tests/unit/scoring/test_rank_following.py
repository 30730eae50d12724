"""How often decisions merely follow a list: by hand, at the ends, with ties, by chance, and its interval's coverage."""

from __future__ import annotations

import random

import pytest

from scoring.rank_following import Level, follow, level_of


def places(chosen: set[int], ranked: int) -> list[Level]:
    """One person on each place; those at `chosen` go on."""
    return [level_of(place, place, ranked, place in chosen, place not in chosen) for place in range(1, ranked + 1)]


def test_decisions_along_the_list_are_always_with_it() -> None:
    found = follow([places({1, 2, 3, 4}, 12)])
    assert found is not None
    assert (found.decisions, found.chosen, found.passed) == (12, 4, 8)
    assert (found.with_order, found.correlation, found.against) == (1, 1, 0)
    assert found.never_against
    assert found.high == pytest.approx(1)
    assert 0.5 < found.low < 0.95, "twelve people do not prove “always”"
    assert (found.agreement, found.compared) == (1, 12)
    assert found.by_chance == pytest.approx((4 * 4 / 12 + 8 * 8 / 12) / 12)


def test_decisions_against_the_list() -> None:
    found = follow([places({11, 12}, 12)])
    assert found is not None
    assert (found.with_order, found.ordered, found.against) == (0, 20, 20)
    assert found.agreement == pytest.approx(8 / 12)
    assert not found.beyond_chance


def test_by_hand() -> None:
    found = follow([places({1, 4}, 10)])
    assert found is not None
    # Of 16 pairs the one at the top wins 8, the one on place 4 wins 6.
    assert found.with_order == pytest.approx(14 / 16)
    assert found.against == 2
    # Cut after two: place 1 agrees, 2 does not, 4 does not, the other seven do.
    assert found.agreement == pytest.approx(8 / 10)


def test_ties_hold_no_order() -> None:
    one_group = [level_of(1, 12, 12, 4, 8)]
    found = follow([one_group])
    assert found is not None
    assert (found.with_order, found.ordered, found.compared) == (0.5, 0, 0)
    assert found.agreement is None
    assert not found.never_against, "where there was no order, nothing went along with it"
    two_groups = [level_of(1, 4, 12, 3, 1), level_of(5, 12, 12, 1, 7)]
    found = follow([two_groups])
    assert found is not None
    # 32 pairs: 3 x 7 with the order, 1 x 1 against it, 10 without.
    assert (found.ordered, found.against) == (22, 1)
    assert found.with_order == pytest.approx((21 + 10 / 2) / 32)
    assert found.agreement == pytest.approx(10 / 12)
    assert (found.compared, found.decisions) == (12, 12)


def test_a_group_across_the_cut_says_nothing_about_its_people() -> None:
    two = [[level_of(1, 1, 12, 1, 0), level_of(2, 7, 12, 3, 3), level_of(8, 12, 12, 0, 5)]]
    found = follow(two)
    assert found is not None
    assert (found.compared, found.agreement) == (6, None), "too few whom the cut puts clearly on a side"
    found = follow(two * 2)
    assert found is not None
    assert (found.compared, found.agreement) == (12, 1)


def test_stretches_of_a_list_that_grew_meanwhile_are_compared_by_share() -> None:
    early, late = level_of(3, 3, 10, 0, 5), level_of(3, 3, 100, 5, 0)
    found = follow([[early, late]])
    assert found is not None
    assert found.with_order == 1, "third of a hundred stood higher than third of ten"


def test_too_few_to_say() -> None:
    assert follow([]) is None
    assert follow([places({1}, 9)]) is None
    assert follow([places(set(range(1, 21)), 20)]) is None, "nobody was turned down"
    assert follow([places({1}, 9), places({2}, 9)]) is not None, "together they are enough"


def test_people_of_two_lists_are_never_compared() -> None:
    """Good lists beside bad ones must not look like decisions along a list."""
    worse = [Level(0.8, 0.9, 3, 0), Level(0.95, 1.0, 0, 3)]
    better = [Level(0.0, 0.1, 0, 3), Level(0.1, 0.2, 3, 0)]
    found = follow([worse, better])
    assert found is not None
    assert (found.pairs, found.with_order) == (18, 0.5)


def test_lots_are_found_to_be_lots_and_the_interval_holds() -> None:
    """Simulated: decisions drawn by lot, many times; the interval holds one half about as often as it says."""
    dice = random.Random(5)
    held, agreed = 0, 0
    tries = 300
    for _try in range(tries):
        lists = [places(set(dice.sample(range(1, size + 1), size // 3)), size) for size in (9, 15, 21)]
        found = follow(lists)
        assert found is not None
        assert found.chance_low is not None
        assert found.chance_high is not None
        assert found.agreement is not None
        held += found.low <= 0.5 <= found.high
        agreed += found.chance_low <= found.agreement <= found.chance_high
    assert held / tries > 0.92
    assert agreed / tries > 0.92


def test_the_interval_holds_where_decisions_half_follow() -> None:
    """Simulated: whoever goes on is drawn with a pull towards the top; the true share is counted over many draws."""
    dice = random.Random(11)

    def drawn() -> list[Level]:
        order = sorted(range(1, 41), key=lambda place: place / 40 + dice.gauss(0, 0.5))
        return places(set(order[:12]), 40)

    found = [follow([drawn()]) for _try in range(300)]
    known = [each for each in found if each is not None]
    true = sum(each.with_order for each in known) / len(known)
    assert 0.6 < true < 0.8
    assert sum(each.low <= true <= each.high for each in known) / len(known) > 0.92


def test_a_list_of_a_million_is_summed_and_not_compared_one_by_one() -> None:
    found = follow(
        [[level_of(1, 400_000, 1_000_000, 300, 399_700), level_of(400_001, 1_000_000, 1_000_000, 1, 599_999)]]
    )
    assert found is not None
    assert found.pairs == 301 * 999_699
    assert found.beyond_chance
