"""Item statistics describe; they decide nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest

from models.training import prepare
from questionnaires.answers import AnswerSheet
from scoring.ratings import Rating
from scoring.validation.items import first_choices, item_statistics, with_weights
from scoring.validation.learning_data import fit_rows
from scoring.validation.resampling import Draws
from tests.unit.instruments import company, every_format, instrument_of

PEOPLE = 240


def answers(rng, skill):
    """One person's answers to every format; the pick_one item rewards the option that the key calls worse."""
    order = rng.permutation(3) + 1
    best = rng.choice(["a", "b"])
    return {
        "bw": {"best": best, "worst": "c"},
        "one": {"choice": "b" if skill + rng.normal() > 0 else "a"},
        "rate": {"ratings": {"a": 7, "b": int(rng.integers(2, 7)), "c": 1}},
        "order": {"ranks": dict(zip("abc", order.tolist(), strict=True))},
        "agree": {"value": int(np.clip(round(3 - skill), 1, 5))},
    }


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(5)
    skill = rng.standard_normal(PEOPLE)
    sheets = [AnswerSheet(f"p{i:03d}", answers(rng, skill[i]), unit=f"u{i % 12}") for i in range(PEOPLE)]
    sheets[0] = AnswerSheet("p000", {k: v for k, v in sheets[0].answers.items() if k != "one"}, unit="u0")
    ratings = [Rating(f"p{i:03d}", None, float(skill[i] + rng.normal())) for i in range(PEOPLE)]
    return prepare(every_format(), sheets, ratings).data


@pytest.fixture(scope="module")
def statistics(data):
    return item_statistics(data, Draws.of(data.units, 80, (0,)), 0.8)


def item(statistics, name):
    return next(each for each in statistics["items"] if each["id"] == name)


def option(statistics, name, letter):
    return next(each for each in item(statistics, name)["options"] if each["id"] == letter)


def test_they_are_plain_and_say_what_they_are(statistics):
    assert json.loads(json.dumps(statistics, allow_nan=False)) == statistics
    assert statistics["descriptive"] is True
    assert statistics["criterion_reliability"] == 0.8
    assert [each["id"] for each in statistics["items"]] == ["bw", "one", "rate", "order", "agree"]


def test_shares_and_means_are_those_of_the_answers(data, statistics):
    assert item(statistics, "one")["answered"] == pytest.approx((PEOPLE - 1) / PEOPLE, abs=1e-4)
    assert option(statistics, "bw", "c")["share_worst"] == 1.0
    assert option(statistics, "bw", "c")["share_best"] == 0.0
    shares = [option(statistics, "one", letter)["share"] for letter in "ab"]
    assert sum(shares) == pytest.approx((PEOPLE - 1) / PEOPLE, abs=1e-3)
    ranks = [option(statistics, "order", letter)["mean_rank"] for letter in "abc"]
    assert sum(ranks) == pytest.approx(6, abs=1e-3)
    assert option(statistics, "rate", "a")["mean_rating"] > option(statistics, "rate", "c")["mean_rating"]
    assert item(statistics, "agree")["mean_value"] == pytest.approx(3, abs=0.3)


def test_correlations_have_the_sign_that_the_answers_have(statistics):
    agree = item(statistics, "agree")
    assert agree["criterion_r_low"] < agree["criterion_r"] < agree["criterion_r_high"]
    assert agree["criterion_r"] > 0.4
    assert item(statistics, "one")["criterion_r"] < -0.2
    assert item(statistics, "bw")["criterion_r"] is not None


def test_an_option_that_beats_the_keys_best_is_flagged_for_review(statistics):
    worse, best = option(statistics, "one", "b"), option(statistics, "one", "a")
    assert worse["key"] < best["key"]
    assert worse["above_best"] > 0
    assert worse["review"]
    assert best["above_best"] is None
    assert not best["review"]
    flagged = [each["id"] for i in statistics["items"] for each in i["options"] if each["review"]]
    assert flagged == ["b"]


def test_options_that_nobody_chose_are_named_by_their_column(statistics):
    assert statistics["never_chosen"] == ["bw.best=c", "bw.worst=a", "bw.worst=b"]


def test_few_choosers_are_never_judged(statistics):
    assert option(statistics, "bw", "c")["choosers"] == 0
    assert option(statistics, "bw", "c")["above_best"] is None


def test_rated_alike_shares_the_first_place():
    rate = every_format().item("rate")
    columns = np.zeros((3, 7))
    columns[0, :3] = [1.0, 1.0, -2.0]
    columns[1, :3] = [0.0, 0.0, 0.0]
    columns[2, 6] = 1.0
    assert first_choices(rate, columns).tolist() == [[0.5, 0.5, 0.0], [0, 0, 0], [0, 0, 0]]


def test_chance_flags_few_options():
    """In a company whose ratings are dealt out at random, one option in ten flags at most, mostly none."""
    from scoring.validation.canary import permuted

    simulation = company("typical", 120)
    flagged = 0
    for seed in range(5):
        ratings = permuted(simulation.rating_list(), simulation.staff.ids, np.random.default_rng(seed))
        data = prepare(instrument_of("typical", 120), simulation.staff_sheets(), ratings).data
        told = item_statistics(data, Draws.of(data.units, 5, (0,)))
        flagged += sum(each["review"] for one in told["items"] for each in one["options"])
    assert flagged <= 3


def test_learned_weights_join_every_option(data, statistics):
    model, _ = fit_rows(data, np.arange(PEOPLE))
    weighed = with_weights(statistics, data, model)
    assert {"weight_best", "weight_worst"} <= set(option(weighed, "bw", "a"))
    assert option(weighed, "one", "b")["weight"] > option(weighed, "one", "a")["weight"]
    assert "weight" in option(weighed, "rate", "a")
    assert "weight" not in option(statistics, "one", "a")
    assert option(weighed, "bw", "c")["weight_best"] == pytest.approx(
        float(0 - model.coef_[1:5] @ data.encoded.X[:, 1:5].mean(axis=0)), abs=1e-4
    )
