"""The simulated worlds are the documented ones, reproducible, and usable as data of the product."""

from __future__ import annotations

import numpy as np
import pytest

from questionnaires.answers import answer_row, columns_of, is_complete, parse_answer_table
from questionnaires.definition import ResponseFormat
from questionnaires.loading import load_text
from questionnaires.shelf import get
from questionnaires.tables import Row, Table
from scoring.errors import ScoringError
from scoring.simulation.company import Simulation, simulate, simulate_on
from scoring.simulation.worlds import WORLDS, World

EVERY_FORMAT = """
format: 1
name: every-format
version: 1.0.0
languages: [en]
title: {en: Every format}
key_set_by: the author of this test
items:
  - id: bw
    format: best_worst
    facet: needs
    withheld: true
    options: [{id: a, key: {mean: 1}}, {id: b, key: {mean: 3}}, {id: c, key: {mean: 5}}]
  - id: po
    format: pick_one
    facet: candour
    withheld: true
    options: [{id: a, key: {mean: 1}}, {id: b, key: {mean: 5}}]
  - id: re
    format: rate_each
    withheld: true
    scale: {minimum: 0, maximum: 9}
    options: [{id: a, key: {mean: 1}}, {id: b, key: {mean: 3}}, {id: c, key: {mean: 5}}]
  - id: ra
    format: rank
    facet: needs
    withheld: true
    options: [{id: a, key: {mean: 1}}, {id: b, key: {mean: 3}}, {id: c, key: {mean: 5}}]
  - {id: li, format: likert, facet: needs, withheld: true, scale: {minimum: 1, maximum: 5}, direction: -1}
  - {id: te, format: open_text, withheld: true}
"""


def correlation(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.corrcoef(x, y)[0, 1])


def key_total(simulation: Simulation) -> np.ndarray:
    best, worst = simulation.choices(applicants=True)
    key, item = simulation.key_matrix(), np.arange(len(simulation.items))
    return (key[item, best] - key[item, worst]).mean(axis=1)


def test_people_are_distributed_as_documented():
    people = simulate("typical", 2, 40_000, 1).applicants
    assert people.trait.std() == pytest.approx(1, abs=0.02)
    assert people.facets.std(axis=0) == pytest.approx(np.ones(8), abs=0.02)
    assert correlation(people.facets[:, 0], people.facets[:, 1]) == pytest.approx(0.6, abs=0.02)
    assert correlation(people.trait, people.performance) == pytest.approx(0.55, abs=0.02)
    assert people.performance.std() == pytest.approx(1, abs=0.02)


def test_ratings_are_distributed_as_documented():
    simulation = simulate("typical", 6000, 0, 2)
    ratings, staff = simulation.ratings, simulation.staff
    raters = np.bincount(ratings.ratee)
    near = staff.unit[ratings.ratee] == staff.unit[ratings.rater]
    error = ratings.value - np.sqrt(0.52) * staff.performance[ratings.ratee] - ratings.severity[ratings.rater]
    assert raters.min() == 3
    assert raters.mean() == pytest.approx(5, abs=0.1)
    assert near.mean() == pytest.approx(0.7, abs=0.02)
    assert error.var() == pytest.approx(0.33, abs=0.02)
    assert ratings.severity.var() == pytest.approx(0.15, abs=0.02)
    assert simulation.rating_values().mean() == pytest.approx(3, abs=0.1)


def test_nobody_rates_themselves_or_anybody_twice():
    for staff in (2, 3, 5, 47):
        ratings = simulate("strong", staff, 0, staff).ratings
        pairs = list(zip(ratings.ratee, ratings.rater, strict=True))
        assert len(set(pairs)) == len(pairs)
        assert all(ratee != rater for ratee, rater in pairs)


def test_option_truths_are_documented():
    items = simulate("typical", 2, 0, 3, facets=100, items_per_facet=20).items
    effectiveness = np.array([item.effectiveness for item in items])
    popularity = np.array([item.popularity for item in items])
    key = np.array([item.key for item in items])
    assert effectiveness.mean(axis=1) == pytest.approx(np.zeros(2000), abs=1e-12)
    assert effectiveness.std(axis=1) == pytest.approx(np.ones(2000))
    assert key.mean(axis=1) == pytest.approx(np.zeros(2000), abs=1e-12)
    assert key.std() == pytest.approx(1)
    assert (popularity - 0.54 * effectiveness).std() == pytest.approx(0.6, abs=0.02)
    assert np.array([item.slope for item in items]) == pytest.approx(0.33 * effectiveness)


def test_best_and_worst_differ_and_follow_popularity():
    simulation = simulate("typical", 2, 2000, 4)
    best, worst = simulation.choices(applicants=True)
    assert (best != worst).all()
    for i, item in enumerate(simulation.items):
        share = np.bincount(best[:, i], minlength=4) / len(best)
        assert correlation(np.log(share), item.popularity) > 0.95


@pytest.mark.parametrize(("world", "expected"), [("pessimistic", 0.47), ("typical", 0.66), ("strong", 0.84)])
def test_the_key_reaches_its_documented_validity(world, expected):
    runs = [simulate(world, 2, 2000, seed, facets=6, items_per_facet=4) for seed in range(30)]
    assert np.mean([correlation(key_total(run), run.applicants.trait) for run in runs]) == pytest.approx(
        expected, abs=0.05
    )


def test_a_seed_gives_the_same_company_whatever_the_applicants():
    few, many = simulate("typical", 40, 5, 6), simulate("typical", 40, 500, 6)
    assert few.staff_sheets() == many.staff_sheets()
    assert few.rating_list() == many.rating_list()
    assert few.questionnaire_text() == many.questionnaire_text()
    assert few.staff_sheets() != simulate("typical", 40, 5, 7).staff_sheets()


def test_the_questionnaire_loads_says_simulated_and_keeps_the_key():
    simulation = simulate("typical", 2, 0, 8)
    loaded = load_text(simulation.questionnaire_text())
    key = np.array([[option.key.mean for option in item.options] for item in loaded.items])
    assert correlation(key.ravel(), simulation.key_matrix().ravel()) == pytest.approx(1, abs=1e-6)
    assert len(loaded.items) == 24
    assert all(item.withheld for item in loaded.items)
    assert "Simulated" in loaded.titles["en"]
    assert {item.facet for item in loaded.items} == set(simulation.facet_names)


@pytest.mark.parametrize("text", [EVERY_FORMAT, None])
def test_answers_pass_through_the_products_own_table(text):
    questionnaire = load_text(text) if text else get("customer-orientation")
    sheets = simulate_on(questionnaire, "typical", 30, 10, 9).staff_sheets()
    columns = ("person", "unit", *columns_of(questionnaire))
    rows = [answer_row(sheet, questionnaire) for sheet in sheets]
    table = Table(columns, [Row(i, {c: row[c] for c in columns}) for i, row in enumerate(rows, start=2)])
    assert parse_answer_table(table, questionnaire) == sheets
    for item in questionnaire.items:
        assert all(is_complete(item, sheet.answers[item.id]) for sheet in sheets)


def test_units_and_names():
    simulation = simulate("typical", 50, 3, 10)
    sheets = simulation.staff_sheets()
    assert [sum(sheet.unit == name for sheet in sheets) for name in ("U01", "U02", "U03")] == [20, 20, 10]
    assert [sheet.person for sheet in simulation.applicant_sheets()] == ["A0001", "A0002", "A0003"]
    assert {rating.ratee for rating in simulation.rating_list()} == {sheet.person for sheet in sheets}


def test_a_given_questionnaire_keeps_its_key_and_its_truth_lies_around_it():
    questionnaire = get("customer-orientation")
    runs = [simulate_on(questionnaire, "strong", 2, 0, seed) for seed in range(60)]
    gaps = [correlation(item.key, item.effectiveness) for run in runs for item in run.items]
    drawn = [correlation(i.key, i.effectiveness) for i in simulate("strong", 2, 0, 1, items_per_facet=90).items]
    assert np.mean(gaps) == pytest.approx(np.mean(drawn), abs=0.03)
    simulation = simulate_on(questionnaire, "strong", 2, 0, 1)
    assert simulation.questionnaire_text() == questionnaire.source


@pytest.mark.parametrize("name", ["bw", "po", "re", "ra", "li"])
def test_every_format_carries_the_trait(name):
    world = World("certain", 1.5, 0.99, 0.75)
    questionnaire = load_text(EVERY_FORMAT)
    simulation = simulate_on(questionnaire, world, 2, 3000, 11)
    place = [item.id for item in simulation.items].index(name)
    item, response = simulation.items[place], simulation.applicant_responses[place]
    score = {
        ResponseFormat.BEST_WORST: lambda: item.effectiveness[response[:, 0]] - item.effectiveness[response[:, 1]],
        ResponseFormat.PICK_ONE: lambda: item.effectiveness[response[:, 0]],
        ResponseFormat.RATE_EACH: lambda: response @ item.effectiveness,
        ResponseFormat.RANK: lambda: -response @ item.effectiveness,
        ResponseFormat.LIKERT: lambda: -response[:, 0],
    }[item.format]()
    trait = simulation.applicants.trait if item.facet is None else simulation.applicants.facets[:, item.facet]
    assert correlation(score, trait) > 0.3


def test_assisted_applicants_answer_as_the_key_would():
    world = World("assisted", 0.33, 0.55, 0.55, assisted_share=0.5)
    simulation = simulate(world, 30, 400, 12)
    total, assisted = key_total(simulation), simulation.applicants.assisted
    assert 150 < assisted.sum() < 250
    assert total[assisted] == pytest.approx(np.full(assisted.sum(), total.max()))
    assert not simulation.staff.assisted.any()


def test_careless_people_answer_at_random():
    simulation = simulate(World("careless", 0.33, 0.55, 0.55, careless_share=1.0), 2, 4000, 13)
    best, _ = simulation.choices(applicants=True)
    assert np.bincount(best[:, 0], minlength=4) / 4000 == pytest.approx(np.full(4, 0.25), abs=0.03)


def test_ratings_can_be_rounded_to_a_scale():
    values = simulate("typical", 200, 0, 14, rating_scale=(1, 5)).rating_values()
    assert set(values) == {1, 2, 3, 4, 5}
    assert {r.rating for r in simulate("typical", 20, 0, 1, rating_scale=(0, 10)).rating_list()} <= set(range(11))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("brilliant", 10, 0, 1), "no world “brilliant”.*pessimistic, typical, strong"),
        (("typical", 1, 0, 1), "at least 2 staff"),
        (("typical", 10, -1, 1), "no negative applicants"),
    ],
)
def test_refuses_what_cannot_be_simulated(arguments, words):
    with pytest.raises(ScoringError, match=words):
        simulate(*arguments)
    with pytest.raises(ScoringError, match="3 options"):
        simulate("typical", 10, 0, 1, options=2)


def test_the_worlds_are_the_documented_ones():
    assert list(WORLDS)[:3] == ["pessimistic", "typical", "strong"]
    assert {w.name: (w.slope, w.key_validity, w.trait_validity) for w in list(WORLDS.values())[:3]} == {
        "pessimistic": (0.25, 0.45, 0.40),
        "typical": (0.33, 0.55, 0.55),
        "strong": (0.50, 0.70, 0.75),
    }
