from collections import Counter

from questionnaires.definition import Item, Option, ResponseFormat
from questionnaires.ordering import shown_order

ITEM = Item("i", None, ResponseFormat.BEST_WORST, options=tuple(Option(name) for name in "abcd"))


def test_the_same_seed_shows_the_same_order() -> None:
    assert shown_order(ITEM, 7) == shown_order(ITEM, 7)
    assert sorted(shown_order(ITEM, 7)) == ["a", "b", "c", "d"]


def test_each_option_stands_first_about_as_often() -> None:
    first = Counter(shown_order(ITEM, seed)[0] for seed in range(4000))
    assert all(900 < count < 1100 for count in first.values())
