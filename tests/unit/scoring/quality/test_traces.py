"""Where options stood and how long screens took."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from questionnaires.answers import AnswerSheet
from questionnaires.definition import Item, Option, ResponseFormat
from questionnaires.ordering import shown_order
from scoring.quality.traces import Trace, pace, reading_seconds, shown_positions, trace_of, usual_seconds
from tests.unit.instruments import PERFECT, every_format


def item(name="q", words=10):
    options = tuple(Option(each, {"en": "one two", "ru": "раз два три"}) for each in "abcd")
    return Item(name, None, ResponseFormat.BEST_WORST, stems={"en": "word " * words}, options=options)


def test_positions_are_those_of_the_sitting():
    order = shown_order(item(), 7)
    assert shown_positions(item(), {"best": order[2], "worst": order[0]}, 7) == (2, 0)


def test_positions_of_every_format():
    sheet = AnswerSheet("p", PERFECT)
    found = trace_of(every_format().items, sheet, order_seed=3)
    assert {name: len(places) for name, places in found.positions.items()} == {"bw": 2, "one": 1, "order": 2}


def test_half_an_answer_has_no_position_and_without_a_seed_nothing_has():
    assert shown_positions(item(), {"best": "a"}, 7) == ()
    assert trace_of([item()], AnswerSheet("p", {"q": {"best": "a", "worst": "b"}})).positions == {}


def test_reading_time_is_words_over_speed():
    assert reading_seconds(item(words=30), "en") == pytest.approx(60 * 38 / 238)


def test_a_text_missing_in_one_language_is_taken_from_another():
    # The stem is English only, the options are Russian: 10 + 4 * 3 words.
    assert reading_seconds(item(words=10), "ru") == pytest.approx(60 * 22 / 185)


def test_a_withheld_text_has_no_reading_time_but_staff_give_it_a_usual_one():
    hidden = every_format().items[0]
    assert reading_seconds(hidden, "en") is None
    traces = [Trace({}, {"bw": seconds}) for seconds in (10.0, 20.0, 90.0)]
    assert usual_seconds(every_format().items, traces) == {"bw": 20.0}
    assert usual_seconds([item()], [Trace({}, {"q": 20.0})]) == {}


def test_pace_worked_by_hand():
    items = [item(f"q{i}") for i in range(6)]
    needed = reading_seconds(items[0], "en")
    seconds = {f"q{i}": needed * factor for i, factor in enumerate([1, 2, 2, 2, 2, 4])}
    found = pace(items, [Trace({}, seconds, "en")])
    assert found.speed == pytest.approx([log(2)])
    assert found.spread == pytest.approx([log(1.2533 * log(2) / 3)])


def test_a_perfectly_even_pace_has_a_finite_figure():
    items = [item(f"q{i}") for i in range(6)]
    assert pace(items, [Trace({}, {f"q{i}": 20.0 for i in range(6)}, "en")]).spread == pytest.approx([log(0.01)])


def test_too_few_or_impossible_times_say_nothing():
    items = [item(f"q{i}") for i in range(6)]
    odd = {f"q{i}": value for i, value in enumerate([5.0, 5.0, 5.0, 5.0, 0.0, float("nan")])}
    assert np.isnan(pace(items, [Trace({}, odd, "en"), Trace()]).speed).all()
