"""Differential item functioning: by hand, against no difference at all, and against differences put in."""

from __future__ import annotations

import json

import numpy as np
import pytest

from scoring.errors import ScoringError
from scoring.groups.dif import ROUNDS, benjamini_hochberg, dif, gate
from scoring.groups.languages import equivalence
from scoring.groups.matching import matched_score, reliability, rest_score, strata
from scoring.groups.nested import choice_tests, log_likelihood, score_tests
from scoring.groups.responses import Responses
from scoring.groups.stratified import letter_of_delta, mantel_haenszel, standardised_difference
from tests.unit.scoring.groups.answering import answers


def cells(*tables):
    """People from two-by-two tables (reference yes, reference no, focal yes, focal no), one per stratum."""
    rows = [
        (yes, group, number)
        for number, table in enumerate(tables)
        for (yes, group), n in zip([(1, 0), (0, 0), (1, 1), (0, 1)], table, strict=True)
        for _ in range(n)
    ]
    chosen, focal, stratum = np.array(rows).T
    return chosen == 1, focal == 1, stratum


def test_mantel_haenszel_by_hand():
    found = mantel_haenszel(*cells((20, 10, 10, 20), (30, 10, 20, 20)))
    # A - E: 20 - 15 and 30 - 25. Variance: 30^4 / (60^2 59) and 40 40 50 30 / (80^2 79).
    variance = 30**4 / (60**2 * 59) + 40 * 40 * 50 * 30 / (80**2 * 79)
    assert found.chi2 == pytest.approx((10 - 0.5) ** 2 / variance)
    # R: 20 20 / 60 and 30 20 / 80; S: 10 10 / 60 and 10 20 / 80.
    ratio = (400 / 60 + 600 / 80) / (100 / 60 + 200 / 80)
    assert found.odds_ratio == pytest.approx(ratio)
    assert found.delta == pytest.approx(-2.35 * np.log(ratio))
    assert found.letter == "C"


def test_one_stratum_has_the_error_of_a_log_odds_ratio():
    found = mantel_haenszel(*cells((20, 10, 10, 20)))
    assert found.odds_ratio == pytest.approx(4.0)
    assert found.delta_error == pytest.approx(2.35 * np.sqrt(1 / 20 + 1 / 10 + 1 / 10 + 1 / 20))


@pytest.mark.parametrize(
    ("delta", "error", "p", "letter"),
    [(-1.6, 0.2, 0.001, "C"), (1.6, 0.5, 0.01, "B"), (-1.2, 0.1, 0.001, "B"), (0.9, 0.1, 0.001, "A"), (2, 2, 0.3, "A")],
)
def test_letters_of_ets(delta, error, p, letter):
    assert letter_of_delta(delta, error, p) == letter


def test_choices_that_nobody_makes_tell_nothing():
    focal = np.arange(80) % 2 == 0
    found = mantel_haenszel(np.zeros(80, dtype=bool), focal, np.zeros(80, dtype=int))
    assert (found.letter, np.isnan(found.delta)) == ("", True)
    assert choice_tests(np.zeros(80, dtype=bool), focal, np.arange(80.0)).letter == ""
    assert standardised_difference(np.ones(80), focal, np.zeros(80, dtype=int)).letter == ""
    assert score_tests(np.ones(80), focal, np.arange(80.0)).letter == ""


def test_mantel_of_zero_and_one_is_mantel_haenszel_without_correction():
    chosen, focal, stratum = cells((20, 10, 10, 20), (30, 10, 20, 20))
    found = standardised_difference(chosen.astype(float), focal, stratum)
    variance = 30**4 / (60**2 * 59) + 40 * 40 * 50 * 30 / (80**2 * 79)
    assert found.chi2 == pytest.approx(100 / variance)
    # Focal less reference per stratum: -1/3 and -1/4; weights 30 and 40 of 70.
    assert found.difference == pytest.approx((-30 / 3 - 40 / 4) / 70 / chosen.std())


def test_the_logistic_likelihood_of_a_table():
    chosen, focal, _ = cells((20, 10, 10, 20))
    X = np.column_stack([np.ones(60), focal])
    by_hand = 2 * (20 * np.log(20 / 30) + 10 * np.log(10 / 30))
    assert log_likelihood(X, chosen.astype(float)) == pytest.approx(by_hand, abs=1e-4)


def test_rest_scores_leave_the_item_out_and_bear_gaps():
    scores = np.array([[1, 2, 3, 9.0], [np.nan, 2, np.nan, 9], [np.nan, np.nan, np.nan, 1]])
    rest = rest_score(scores, np.array([True, True, True, False]), 1)
    assert rest[0] == 2.0
    assert np.isnan(rest[1:]).all()


def test_matching_regresses_each_group_to_its_own_mean():
    rng = np.random.default_rng(3)
    focal = np.arange(400) < 200
    scores = rng.normal(size=400)[:, None] - focal[:, None] + rng.normal(size=(400, 6))
    anchors = np.ones(6, dtype=bool)
    rest, r = rest_score(scores, anchors, 0), reliability(scores[:, 1:], focal)
    assert r == pytest.approx(5 / 6, abs=0.06)
    matched = matched_score(scores, anchors, 0, focal)
    assert matched[focal].mean() == pytest.approx(rest[focal].mean())
    assert matched[focal].std() == pytest.approx(r * rest[focal].std())


def test_strata_hold_like_scores():
    focal = np.arange(300) % 2 == 0
    found = strata(np.repeat(np.arange(30.0), 10), focal)
    assert len(np.unique(found)) == 10
    assert (np.diff(found) >= 0).all()


def test_benjamini_hochberg_by_hand():
    q = benjamini_hochberg(np.array([0.01, 0.04, 0.03, np.nan, 0.5]))
    assert q[[0, 1, 2, 4]] == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert np.isnan(q[3])


@pytest.fixture(scope="module")
def nothing_put_in():
    """Comparisons of groups that differ in the trait by .7 and in no item."""
    return [dif(*answers(seed, n=900, shift=0.7), reference="reference")[0] for seed in range(12)]


def test_without_differences_the_false_discoveries_hold(nothing_put_in):
    found = [min(each.q_uniform, each.q_nonuniform) < 0.05 for run in nothing_put_in for each in run.items]
    assert np.mean(np.reshape(found, (12, -1)).any(axis=1)) <= 3 / 12
    assert sum(each.finding == "differs" for run in nothing_put_in for each in run.options) <= 3


def test_without_differences_the_p_values_are_what_they_say(nothing_put_in):
    p = np.array([(each.uniform.p, each.nested.p_nonuniform) for run in nothing_put_in for each in run.items])
    assert ((p < 0.05).mean(axis=0) < 0.1).all()
    assert ((p < 0.5).mean(axis=0) > 0.38).all()


def test_an_option_that_one_group_avoids_is_found():
    found = dif(*answers(1, n=1500, uniform=(2, 5)), reference="reference")[0]
    worst = {each.option: each for each in found.options}
    for name in ("i2.3", "i5.3"):
        assert worst[name].finding == "differs"
        assert worst[name].uniform.delta < -1
    assert {each.item for each in found.items if not each.anchor} >= {"i2", "i5"}
    assert found.finding in ("differs", "cannot_tell")
    others = [
        each.option for each in found.options if each.finding == "differs" and each.option[:3] not in ("i2.", "i5.")
    ]
    assert len(others) <= 1


def test_an_item_that_turns_round_is_found_as_non_uniform():
    found = dif(*answers(2, n=1500, shift=0.0, crossing=(3,)), reference="reference")[0]
    item = found.items[3]
    assert (item.finding, item.anchor) == ("differs", False)
    assert item.q_nonuniform < 0.001
    assert item.nested.effect > 0.035
    assert found.finding == "differs"
    assert "i3" in found.notes[0]


def test_few_people_cannot_tell():
    responses, labels = answers(4, n=60)
    found = dif(responses, labels)[0]
    assert (found.finding, found.items) == ("cannot_tell", ())
    assert "fewer than 30" in found.notes[0]


def test_too_few_anchors_cannot_tell():
    rng = np.random.default_rng(5)
    found = dif(Responses.of(rng.normal(size=(200, 2)), ["a", "b"]), ["x", "y"] * 100)[0]
    assert found.finding == "cannot_tell"
    assert "no score is left" in found.notes[0]


def reversed_items(seed, n=800):
    """Every third item runs against the others, so that purification has no firm ground at first."""
    rng = np.random.default_rng(seed)
    focal = rng.random(n) < 0.4
    trait = rng.normal(size=n) - 0.8 * focal
    sign = np.where(np.arange(12) % 3 == 0, -1, 1)
    scores = 0.7 * trait[:, None] * sign + rng.normal(size=(n, 12))
    return Responses.of(scores, [f"i{k}" for k in range(12)]), np.where(focal, "f", "r")


@pytest.mark.parametrize("seed", [5, 6, 9, 11])
def test_purification_comes_to_an_end(seed):
    found = dif(*reversed_items(seed), reference="r")[0]
    anchors = [each for each in found.items if each.anchor]
    assert 1 < found.rounds < ROUNDS
    assert 3 <= len(anchors) < 12
    assert all(each.finding != "differs" for each in anchors)
    assert ("more than half" in found.notes[-1]) == (len(anchors) < 6)


def test_gaps_are_borne():
    responses, labels = answers(6, n=800)
    rng = np.random.default_rng(0)
    scores = np.where(rng.random(responses.scores.shape) < 0.1, np.nan, responses.scores)
    scores[:, 4] = np.nan
    found = dif(Responses.of(scores, responses.items), labels)[0]
    assert found.items[0].n_focal + found.items[0].n_reference < 800
    assert found.items[4].finding == "cannot_tell"
    assert json.dumps(found.to_plain(), allow_nan=False)


def test_the_gate():
    assert gate(["equivalent", "differs", "cannot_tell"]) == "differs"
    assert gate(["equivalent", "cannot_tell"]) == "cannot_tell"
    assert gate(["equivalent", "equivalent"]) == "equivalent"
    assert gate([]) == "cannot_tell"


def test_languages_are_equivalent_with_enough_people_and_no_difference():
    found = equivalence(*answers(7, n=6000, shift=0.3), reference="reference")[0]
    assert (found.finding, found.differing, found.undecided) == ("equivalent", (), ())


def test_languages_differ_where_an_item_was_translated_wrongly():
    found = equivalence(*answers(8, n=1500, uniform=(2,), size=1.5), reference="reference")[0]
    assert found.finding == "differs"
    assert "i2" in found.differing


def test_languages_cannot_tell_with_few_people():
    found = equivalence(*answers(9, n=200), reference="reference")[0]
    assert found.finding == "cannot_tell"
    assert found.undecided


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"items": ["a"]}, "2 columns and 1"),
        ({"choices": [[0.0], [2.0]], "options": ["o"], "option_items": [0]}, "neither 0 nor 1"),
        ({"choices": [[0.0]], "options": ["o"], "option_items": [0]}, "shape 1 x 1"),
        ({"scores": [[1.0, np.inf], [1.0, 1.0]]}, "person 1"),
        ({"scores": []}, "no values"),
    ],
)
def test_bad_input_is_refused(change, told):
    given = {"scores": [[1.0, 2.0], [np.nan, 2.0]], "items": ["a", "b"]} | change
    with pytest.raises(ScoringError, match=told):
        Responses.of(**given)
    with pytest.raises(ScoringError, match="Only one group"):
        dif(Responses.of([[1.0], [2.0]], ["a"]), ["x", "x"])
