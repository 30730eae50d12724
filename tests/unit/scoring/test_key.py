"""The key: item scores, their ranges, and the total."""

from __future__ import annotations

import pytest

from scoring.key import item_score, key_total, scorable_items, score_range, standardised_score
from tests.unit.instruments import HOPELESS, PERFECT, every_format, without_key


@pytest.mark.parametrize(
    ("item", "answer", "expected"),
    [
        ("bw", {"best": "a", "worst": "c"}, 4.0),
        ("bw", {"best": "b", "worst": "a"}, -2.0),
        ("one", {"choice": "b"}, 2.0),
        ("rate", {"ratings": {"a": 9, "b": 6, "c": 3}}, 1.0),
        ("rate", {"ratings": {"a": 2, "b": 5, "c": 8}}, -1.0),
        ("rate", {"ratings": {"a": 4, "b": 4, "c": 4}}, 0.0),
        ("rate", {"ratings": {"a": 5, "b": 0, "c": 5}}, 0.0),
        ("order", {"ranks": {"a": 1, "b": 2, "c": 3}}, 1.0),
        ("order", {"ranks": {"a": 2, "b": 1, "c": 3}}, 0.5),
        ("agree", {"value": 2}, -2.0),
    ],
)
def test_item_scores_follow_the_definitions(item, answer, expected):
    assert item_score(every_format().item(item), answer) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("item", "expected"),
    [("bw", (-4, 4)), ("one", (2, 4)), ("rate", (-1, 1)), ("order", (-1, 1)), ("agree", (-5, -1))],
)
def test_ranges(item, expected):
    assert score_range(every_format().item(item)) == expected


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("bw", {"best": "a"}),
        ("bw", None),
        ("one", {}),
        ("rate", {"ratings": {"a": 9, "b": 6}}),
        ("order", {"ranks": {"a": 1}}),
        ("agree", {}),
        ("words", {"text": "I would ask what happened."}),
    ],
)
def test_half_an_answer_has_no_score(item, answer):
    assert item_score(every_format().item(item), answer) is None


def test_the_total_spans_nought_to_one():
    items = scorable_items(every_format())
    assert key_total(items, PERFECT).value == pytest.approx(1.0)
    assert key_total(items, HOPELESS).value == pytest.approx(0.0)


def test_the_total_is_the_mean_of_what_was_answered():
    items = scorable_items(every_format())
    total = key_total(items, {"bw": PERFECT["bw"], "one": HOPELESS["one"]})
    assert total.value == pytest.approx(0.5)
    assert (total.answered, total.asked) == (2, 5)
    assert not total.enough


def test_four_of_five_are_enough():
    items = scorable_items(every_format())
    four = {name: PERFECT[name] for name in ("bw", "one", "rate", "order")}
    assert key_total(items, four).enough


def test_open_text_is_not_scorable():
    assert [item.id for item in scorable_items(every_format())] == ["bw", "one", "rate", "order", "agree"]


def test_without_a_key_there_is_no_total():
    total = key_total(scorable_items(without_key()), PERFECT)
    assert total.value is None
    assert total.answered == 5


def test_a_key_that_tells_nothing_apart_is_left_out():
    item = every_format().item("one")
    flat = type(item)(
        id="flat",
        facet=None,
        format=item.format,
        options=tuple(type(o)(o.id, key=type(o.key)(3.0)) for o in item.options),
    )
    assert standardised_score(flat, {"choice": "a"}) is None
