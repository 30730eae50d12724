"""Choices read back from encoded answers."""

from __future__ import annotations

import numpy as np
import pytest

from questionnaires.answers import AnswerSheet
from scoring.encoding import AnswerEncoder
from scoring.errors import ScoringError
from scoring.quality.variables import MISSING, codes_of, variables_of
from tests.unit.instruments import HOPELESS, PERFECT, every_format


@pytest.fixture(scope="module")
def encoder():
    return AnswerEncoder(every_format())


def codes(encoder, answers):
    row = codes_of(encoder, encoder.encode([AnswerSheet("p", answers)]).X)[0]
    return {variable.name: int(code) for variable, code in zip(variables_of(encoder), row, strict=True)}


def test_every_format_is_read_back(encoder):
    assert codes(encoder, PERFECT) == {
        "bw.best": 0,
        "bw.worst": 2,
        "one.choice": 0,
        "rate.a": 2,
        "rate.b": 1,
        "rate.c": 0,
        "order.best": 0,
        "order.worst": 2,
        "agree.value": 0,
    }


def test_perfect_answers_agree_with_the_key_and_hopeless_ones_never(encoder):
    good, bad = codes(encoder, PERFECT), codes(encoder, HOPELESS)
    keyed = [variable for variable in variables_of(encoder) if variable.keyed]
    assert all(good[variable.name] in variable.keyed for variable in keyed)
    assert not any(bad[variable.name] in variable.keyed for variable in keyed)
    assert {variable.name for variable in variables_of(encoder)} - {v.name for v in keyed} == {"rate.b"}


def test_what_is_missing_is_missing(encoder):
    assert set(codes(encoder, {}).values()) == {MISSING}
    half = codes(encoder, {"bw": {"best": "b"}, "agree": {"value": 4}})
    assert (half["bw.best"], half["bw.worst"], half["agree.value"]) == (1, MISSING, 3)


def test_the_worst_cannot_be_the_best(encoder):
    names = [variable.name for variable in variables_of(encoder)]
    excluding = {v.name: names[v.excludes] for v in variables_of(encoder) if v.excludes is not None}
    assert excluding == {"bw.worst": "bw.best", "order.worst": "order.best"}


def test_an_option_both_best_and_worst_counts_once(encoder):
    found = codes(encoder, {"bw": {"best": "b", "worst": "b"}})
    assert (found["bw.best"], found["bw.worst"]) == (1, MISSING)


def test_answers_of_another_form_are_refused(encoder):
    with pytest.raises(ScoringError, match=r"has \d+\. Encode them"):
        codes_of(encoder, np.zeros((2, 3)))


def test_values_that_are_no_numbers_are_refused(encoder):
    X = encoder.encode([AnswerSheet("p", PERFECT)]).X
    X[0, 1] = np.nan
    with pytest.raises(ScoringError, match="1 people hold"):
        codes_of(encoder, X)
