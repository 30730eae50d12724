"""Answers to numbers."""

from __future__ import annotations

import numpy as np
import pytest

from questionnaires.answers import AnswerSheet
from questionnaires.loading import load_text
from scoring.encoding import AnswerEncoder, row_means
from scoring.stack import KeyAnchoredStack
from tests.unit.instruments import EVERY_FORMAT, HOPELESS, PERFECT, every_format, without_key


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


# --- what enters, and what does not


def shuffled_like(answers, rng):
    """The same answers, as somebody gave them who saw all in another order and took another time."""
    names = rng.permutation(list(answers)).tolist()
    return {name: {**_reordered(answers[name], rng), **_traces(rng)} for name in names}


def _reordered(answer, rng):
    parts = {name: answer[name] for name in rng.permutation(list(answer)).tolist()}
    return {name: _reordered(part, rng) if isinstance(part, dict) else part for name, part in parts.items()}


def _traces(rng):
    return {
        "positions": rng.permutation(["a", "b", "c"]).tolist(),
        "seconds": float(rng.exponential(30.0)),
        "shown_at": f"2026-01-01T{int(rng.integers(24)):02d}:00:00",
        "revision": int(rng.integers(1, 9)),
    }


@pytest.mark.parametrize("questionnaire", [every_format(), without_key()], ids=["keyed", "without a key"])
@pytest.mark.parametrize("answers", [PERFECT, HOPELESS, {**PERFECT, "rate": {"ratings": {"c": 2, "a": 7}}}])
def test_time_and_position_never_enter(questionnaire, answers):
    encoder, rng = AnswerEncoder(questionnaire), np.random.default_rng(1)
    plain = encoder.encode([AnswerSheet("p", answers)])
    for _ in range(20):
        traced = AnswerSheet("p", shuffled_like(answers, rng), unit="else", language="lt")
        other = encoder.encode([traced])
        assert other.X.tobytes() == plain.X.tobytes()
        assert other.key_scores.tobytes() == plain.key_scores.tobytes()
        assert other.answered.tobytes() == plain.answered.tobytes()


def test_a_wider_scale_of_ratings_says_the_same():
    """Ratings count by their place within the person, whatever scale the item declares."""
    narrow = load_text(EVERY_FORMAT.replace("scale: {minimum: 0, maximum: 9}", "scale: {minimum: 1, maximum: 5}"))
    wide = encoded({"rate": {"ratings": {"a": 8, "b": 4, "c": 0}}})
    small = encoded({"rate": {"ratings": {"a": 5, "b": 3, "c": 1}}}, narrow)
    assert [wide[f"rate.{o}"] for o in "abc"] == pytest.approx([small[f"rate.{o}"] for o in "abc"])
    assert wide["key_total"] == pytest.approx(small["key_total"])


def test_ratings_that_are_all_alike_say_nothing():
    row = encoded({"rate": {"ratings": {"a": 4, "b": 4, "c": 4}}})
    assert [row[f"rate.{o}{part}"] for o in "abc" for part in ("", ".strength")] == [0] * 6
    assert row["rate.?"] == 0


def test_ranks_are_standardised_and_turned_round():
    row = encoded({"order": {"ranks": {"a": 3, "b": 1, "c": 2}}})
    assert [row[f"order.{o}"] for o in "abc"] == pytest.approx([-np.sqrt(1.5), np.sqrt(1.5), 0])
    assert row["order.?"] == 0


def test_half_a_ranking_keeps_what_is_known_and_says_so():
    row = encoded({"order": {"ranks": {"a": 1, "c": 3}}})
    assert (row["order.a"], row["order.b"], row["order.c"], row["order.?"]) == (1, 0, -1, 1)
    assert np.isnan(
        AnswerEncoder(every_format()).encode([AnswerSheet("p", {"order": {"ranks": {"a": 1}}})]).key_scores
    ).all()


def test_only_complete_answers_count_as_answered():
    halves = {"bw": {"best": "a"}, "one": {}, "rate": {"ratings": {"a": 1}}, "order": {"ranks": {"b": 1}}, "agree": {}}
    result = AnswerEncoder(every_format()).encode([AnswerSheet("p", halves)])
    assert result.answered.tolist() == [0.0]


def test_each_item_says_for_itself_that_it_is_missing():
    encoder = AnswerEncoder(every_format())
    rows = encoder.encode([AnswerSheet("p", {k: v for k, v in PERFECT.items() if k != gone}) for gone in PERFECT]).X
    for row, gone in zip(rows, PERFECT, strict=True):
        flags = {name for name, value in zip(encoder.column_names, row, strict=True) if name.endswith("?") and value}
        assert flags == {name for name in encoder.column_names if name.startswith(f"{gone}.") and name.endswith("?")}


def test_choices_that_nobody_made_are_named():
    encoder = AnswerEncoder(every_format())
    X = encoder.encode([AnswerSheet("p", PERFECT), AnswerSheet("q", {"bw": {"best": "b"}})]).X
    assert encoder.unused_options(X) == ("bw.best=c", "bw.worst=a", "bw.worst=b", "one.=b")
    assert encoder.unused_options(encoder.encode([AnswerSheet("p", PERFECT), AnswerSheet("q", HOPELESS)]).X) == (
        "bw.best=b",
        "bw.worst=b",
    )


def test_choices_that_nobody_made_weigh_nothing():
    rng = np.random.default_rng(2)
    encoder = AnswerEncoder(every_format())
    people = [
        AnswerSheet(
            f"p{k}", {**PERFECT, "bw": {"best": "ab"[rng.integers(2)], "worst": "c"}, "agree": {"value": k % 5 + 1}}
        )
        for k in range(80)
    ]
    X = encoder.encode(people).X
    stack = KeyAnchoredStack(key_column=0).fit(X, X @ rng.normal(size=X.shape[1]) + 0.1 * rng.normal(size=80))
    weight = dict(zip(encoder.column_names, stack.coef_.tolist(), strict=True))
    unused = encoder.unused_options(X)
    assert unused == ("bw.best=c", "bw.worst=a", "bw.worst=b", "one.=b")
    assert {weight[name] for name in unused} == {0.0}
    assert weight["bw.best=a"] != 0.0
