"""What a candidate's form means, and how a question is laid out, without any database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from questionnaires.definition import Item, Option, ResponseFormat, Scale
from webapp.candidate.forms import read_revision
from webapp.extensions import babel
from webapp.services.read_response import read_answer
from webapp.services.show_item import described, screen_of

OPTIONS = tuple(Option(name, {"en": f"Text {name}"}) for name in "abcd")
BEST_WORST = Item("i1", "needs", ResponseFormat.BEST_WORST, options=OPTIONS)
PICK_ONE = Item("i2", "needs", ResponseFormat.PICK_ONE, options=OPTIONS, instruction="behaviour")
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
    ],
)
def test_an_answer_is_read_or_says_where_to_mend_it(item: Item, sent: dict, answer: dict, anchors: list) -> None:
    found, faults = read_answer(item, sent)
    assert found == answer
    assert [fault.anchor for fault in faults] == anchors
    assert all(fault.message for fault in faults)


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
        (LIKERT, None, []),
    ],
)
def test_an_answer_in_words(item: Item, value: dict | None, words: list) -> None:
    assert described(screen_of(item, "en", 1), value) == words


def test_what_somebody_would_do_is_asked_in_other_words() -> None:
    asked = Item("i4", "needs", ResponseFormat.BEST_WORST, options=OPTIONS, instruction="behaviour")
    assert (screen_of(asked, "en", 1).best_label, screen_of(BEST_WORST, "en", 1).best_label) == ("Most likely", "Best")
