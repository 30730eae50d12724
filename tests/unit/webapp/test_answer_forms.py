"""What a candidate's form means, and how a question is laid out, without any database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from questionnaires.definition import Item, Option, ResponseFormat, Scale
from webapp.candidate.forms import read_revision
from webapp.extensions import babel
from webapp.services.read_response import is_field, read_answer, sent_as
from webapp.services.show_item import described, screen_of

OPTIONS = tuple(Option(name, {"en": f"Text {name}"}) for name in "abcd")
BEST_WORST = Item("i1", "needs", ResponseFormat.BEST_WORST, options=OPTIONS)
PICK_ONE = Item("i2", "needs", ResponseFormat.PICK_ONE, options=OPTIONS, instruction="behaviour")
RANK = Item("i5", "needs", ResponseFormat.RANK, options=OPTIONS)
RATE = Item(
    "i6", "needs", ResponseFormat.RATE_EACH, options=OPTIONS[:2], scale=Scale(-1, 1, {"en": {-1: "No", 1: "Yes"}})
)
TEXT = Item("i7", "needs", ResponseFormat.OPEN_TEXT)
SEEN = Item("i8", "needs", ResponseFormat.LIKERT, scale=Scale(1, 2), not_observed={"en": "Could not observe"})
ALL_RANKED = {"rank-a": "2", "rank-b": "1", "rank-c": "4", "rank-d": "3"}
LIKERT = Item("i3", "needs", ResponseFormat.LIKERT, scale=Scale(-1, 1, {"en": {-1: "No", 1: "Yes"}}))


@pytest.fixture(autouse=True)
def speaking_english() -> Iterator[None]:
    app = Flask(__name__)
    babel.init_app(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("item", "sent", "answer", "anchors"),
    [
        (BEST_WORST, {"best": "a", "worst": "c"}, {"best": "a", "worst": "c"}, []),
        (BEST_WORST, {}, {}, ["best-a"]),
        (BEST_WORST, {"best": "a"}, {"best": "a"}, ["worst-a"]),
        (BEST_WORST, {"worst": "b"}, {"worst": "b"}, ["best-a"]),
        (BEST_WORST, {"best": "b", "worst": "b"}, {"best": "b", "worst": "b"}, ["worst-b"]),
        (BEST_WORST, {"best": "nobody", "worst": "b"}, {"worst": "b"}, ["best-a"]),
        (PICK_ONE, {"choice": "d"}, {"choice": "d"}, []),
        (PICK_ONE, {"choice": "e"}, {}, ["choice-a"]),
        (LIKERT, {"value": "0"}, {"value": 0}, []),
        (LIKERT, {"value": "-1"}, {"value": -1}, []),
        (LIKERT, {"value": "2"}, {}, ["value--1"]),
        (LIKERT, {"value": "0.5"}, {}, ["value--1"]),
        (LIKERT, {"value": "not_observed"}, {}, ["value--1"]),
        (SEEN, {"value": "not_observed"}, {"not_observed": True}, []),
        (RANK, ALL_RANKED, {"ranks": {"a": 2, "b": 1, "c": 4, "d": 3}}, []),
        (RANK, {}, {}, ["rank-a"]),
        (RANK, {"rank-a": "1", "rank-b": ""}, {"ranks": {"a": 1}}, ["rank-b"]),
        (RANK, ALL_RANKED | {"rank-c": "2"}, {"ranks": {"a": 2, "b": 1, "c": 2, "d": 3}}, ["rank-c"]),
        (RANK, ALL_RANKED | {"rank-c": "5"}, {"ranks": {"a": 2, "b": 1, "d": 3}}, ["rank-c"]),
        (RANK, ALL_RANKED | {"rank-e": "1"}, {"ranks": {"a": 2, "b": 1, "c": 4, "d": 3}}, []),
        (RATE, {"rating-a": "-1", "rating-b": "-1"}, {"ratings": {"a": -1, "b": -1}}, []),
        (RATE, {"rating-a": "1"}, {"ratings": {"a": 1}}, ["rating-b--1"]),
        (RATE, {"rating-a": "2"}, {}, ["rating-a--1"]),
        (TEXT, {"text": "Two\r\nlines"}, {"text": "Two\nlines"}, []),
        (TEXT, {"text": " \r\n "}, {}, ["text"]),
        (TEXT, {"text": "x" * 10_001}, {"text": "x" * 10_001}, ["text"]),
    ],
)
def test_an_answer_is_read_or_says_where_to_mend_it(item: Item, sent: dict, answer: dict, anchors: list) -> None:
    found, faults = read_answer(item, sent)
    assert found == answer
    assert [fault.anchor for fault in faults] == anchors
    assert all(fault.message for fault in faults)


@pytest.mark.parametrize(
    ("item", "sent"),
    [
        (BEST_WORST, {"best": "a", "worst": "c"}),
        (LIKERT, {"value": "-1"}),
        (SEEN, {"value": "not_observed"}),
        (RANK, ALL_RANKED),
        (RATE, {"rating-a": "-1", "rating-b": "1"}),
        (TEXT, {"text": "Two\nlines"}),
    ],
)
def test_an_answer_is_sent_again_as_it_was(item: Item, sent: dict) -> None:
    assert sent_as(item, read_answer(item, sent)[0]) == sent
    assert all(is_field(name) for name in sent) or item is TEXT


@pytest.mark.parametrize(("sent", "revision"), [("3", 3), ("0", 0), ("", -1), ("x", -1), ("1.5", -1)])
def test_a_revision_that_is_no_number_matches_none(sent: str, revision: int) -> None:
    assert read_revision({"revision": sent}) == revision


def test_the_order_is_the_sittings_own_and_stays() -> None:
    orders = {tuple(screen_of(BEST_WORST, "en", seed).order) for seed in range(200)}
    assert len(orders) > 12
    assert all(sorted(order) == list("abcd") for order in orders)
    assert screen_of(BEST_WORST, "en", 7).order == screen_of(BEST_WORST, "en", 7).order


def test_a_scale_keeps_its_order_and_shows_numbers_where_words_are_missing() -> None:
    screen = screen_of(LIKERT, "en", 5)
    assert [(choice.id, choice.text) for choice in screen.choices] == [("-1", "No"), ("0", "0"), ("1", "Yes")]


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        (BEST_WORST, {"best": "a", "worst": "b"}, [("Best", "Text a"), ("Worst", "Text b")]),
        (PICK_ONE, {"choice": "c"}, [("", "Text c")]),
        (LIKERT, {"value": 1}, [("", "Yes")]),
        (SEEN, {"not_observed": True}, [("", "Could not observe")]),
        (RANK, {"ranks": {"a": 2, "b": 1}}, [("1", "Text b"), ("2", "Text a")]),
        (TEXT, {"text": "My words"}, [("", "My words")]),
        (LIKERT, None, []),
    ],
)
def test_an_answer_in_words(item: Item, value: dict | None, words: list) -> None:
    assert described(screen_of(item, "en", 1), value) == words


def test_a_rating_is_told_with_the_words_of_its_point() -> None:
    words = described(screen_of(RATE, "en", 1), {"ratings": {"a": 0, "b": 1}})
    assert sorted(words) == [("0", "Text a"), ("1 (Yes)", "Text b")]


@pytest.mark.parametrize("response_format", list(ResponseFormat))
def test_each_kind_is_asked_in_words_of_its_own(response_format: ResponseFormat) -> None:
    scale = Scale(1, 2)
    right = screen_of(Item("x", None, response_format, options=OPTIONS, scale=scale), "en", 1).legend
    would = screen_of(Item("x", None, response_format, options=OPTIONS, scale=scale, instruction="behaviour"), "en", 1)
    same = response_format in (ResponseFormat.LIKERT, ResponseFormat.OPEN_TEXT)
    assert (right == would.legend) is same


def test_what_somebody_would_do_is_asked_in_other_words() -> None:
    asked = Item("i4", "needs", ResponseFormat.BEST_WORST, options=OPTIONS, instruction="behaviour")
    assert (screen_of(asked, "en", 1).best_label, screen_of(BEST_WORST, "en", 1).best_label) == ("Most likely", "Best")
