"""Answers to numbers."""

from __future__ import annotations

import numpy as np
import pytest

from questionnaires.answers import AnswerSheet
from scoring.encoding import AnswerEncoder, row_means
from tests.unit.instruments import HOPELESS, PERFECT, every_format, without_key


def encoded(answers, questionnaire=None):
    encoder = AnswerEncoder(questionnaire or every_format())
    return dict(zip(encoder.column_names, encoder.encode([AnswerSheet("p", answers)]).X[0], strict=True))


def test_column_names_are_fixed_and_unique():
    names = AnswerEncoder(every_format()).column_names
    assert names[0] == "key_total"
    assert len(set(names)) == len(names)
    assert names[1:9] == tuple(f"bw.{e}={o}" for e in ("best", "worst") for o in ("a", "b", "c", "?"))
    assert not any(name.startswith("words") for name in names)


def test_choices_become_dummies():
    row = encoded(PERFECT)
    assert {name for name, value in row.items() if name.startswith(("bw", "one")) and value} == {
        "bw.best=a",
        "bw.worst=c",
        "one.=a",
    }


def test_what_is_missing_says_so():
    row = encoded({"bw": {"best": "b"}})
    assert row["bw.best=b"] == 1
    assert [row[n] for n in ("bw.worst=?", "one.=?", "rate.?", "order.?", "agree.?")] == [1] * 5
    assert row["agree.value"] == 0
    assert row["rate.a"] == 0


def test_ratings_are_standardised_within_the_person():
    mild = encoded({"rate": {"ratings": {"a": 5, "b": 4, "c": 3}}})
    bold = encoded({"rate": {"ratings": {"a": 9, "b": 6, "c": 3}}})
    assert [mild[f"rate.{o}"] for o in "abc"] == pytest.approx([np.sqrt(1.5), 0, -np.sqrt(1.5)])
    assert [bold[f"rate.{o}"] for o in "abc"] == pytest.approx([mild[f"rate.{o}"] for o in "abc"])


def test_a_low_rank_is_good():
    row = encoded(PERFECT)
    assert row["order.a"] > row["order.b"] > row["order.c"]


def test_likert_is_centred_and_unsigned():
    assert encoded({"agree": {"value": 1}})["agree.value"] == -1
    assert encoded({"agree": {"value": 3}})["agree.value"] == 0


def test_strong_answers_of_either_kind_are_alike():
    assert encoded({"agree": {"value": 1}})["agree.strength"] == encoded({"agree": {"value": 5}})["agree.strength"] == 1
    row = encoded({"rate": {"ratings": {"a": 5, "b": 4, "c": 3}}})
    assert row["rate.a.strength"] == row["rate.c.strength"] > row["rate.b.strength"] == 0


def test_half_a_profile_keeps_what_is_known():
    row = encoded({"rate": {"ratings": {"a": 9, "c": 3}}})
    assert (row["rate.a"], row["rate.b"], row["rate.c"], row["rate.?"]) == (1, 0, -1, 1)


def test_the_key_total_leads_and_shares_are_counted():
    encoder = AnswerEncoder(every_format())
    result = encoder.encode([AnswerSheet("p", PERFECT), AnswerSheet("q", HOPELESS), AnswerSheet("r", {})])
    assert result.X[:, 0] == pytest.approx([1, 0, 0.5])
    assert result.answered == pytest.approx([1, 1, 0])
    assert result.enough.tolist() == [True, True, False]


def test_order_of_answers_and_strange_extras_change_nothing():
    """Time and position are kept beside an answer; they must never reach the matrix."""
    extras = {"position": ["c", "a", "b"], "seconds": 3.5, "revision": 4, "shown_at": "2026-01-01"}
    noisy = {name: {**PERFECT[name], **extras} for name in reversed(PERFECT)}
    noisy["rate"]["ratings"] = dict(reversed(list(PERFECT["rate"]["ratings"].items())))
    assert encoded(noisy) == encoded(PERFECT)


def test_without_a_key_no_column_holds_one():
    encoder = AnswerEncoder(without_key())
    assert encoder.key_column is None
    assert "key_total" not in encoder.column_names
    assert encoder.has_key
    assert {kind for kind, _, _ in encoder.spans} == {"best_worst", "pick_one", "rate_each", "rank", "likert"}
    assert np.isnan(encoder.encode([AnswerSheet("p", PERFECT)]).key_totals[0])


def test_blocks_cover_every_column_once():
    encoder = AnswerEncoder(every_format())
    covered = [column for block in encoder.blocks for column in range(block.start, block.stop)]
    assert covered == list(range(1, encoder.n_columns))


def test_row_means_skip_what_is_not_there():
    means = row_means(np.array([[1.0, np.nan, 3.0], [np.nan] * 3]))
    assert means[0] == 2
    assert np.isnan(means[1])
