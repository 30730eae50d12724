"""Answers as differential item functioning sees them."""

from __future__ import annotations

import numpy as np

from questionnaires.answers import AnswerSheet
from questionnaires.definition import ResponseFormat
from scoring.encoding import AnswerEncoder
from scoring.groups.coding import responses_of
from tests.unit.instruments import every_format


def test_every_choice_is_an_option_and_what_was_left_out_is_unknown() -> None:
    encoder = AnswerEncoder(every_format())
    both = next(item for item in encoder.items if item.format is ResponseFormat.BEST_WORST)
    one = next(item for item in encoder.items if item.format is ResponseFormat.PICK_ONE)
    first, second = both.option_ids[:2]
    answers = {both.id: {"best": first}, one.id: {"choice": one.option_ids[1]}}
    sheets = [AnswerSheet("a", answers), AnswerSheet("b", {both.id: {"best": second, "worst": first}})]
    found = responses_of(encoder, encoder.encode(sheets))

    def of(name: str) -> list[float]:
        return list(found.choices[:, found.options.index(name)])

    assert len(found.options) == 2 * len(both.options) + len(one.options)
    assert of(f"{both.id}.best={first}") == [1.0, 0.0]
    np.testing.assert_equal(of(f"{both.id}.worst={first}"), [np.nan, 1.0])
    np.testing.assert_equal(of(f"{one.id}.={one.option_ids[1]}"), [1.0, np.nan])
    assert [found.items[k] for k in found.option_items[-len(one.options) :]] == [one.id] * len(one.options)
    assert not [each for each in found.options if each.endswith("?")]
