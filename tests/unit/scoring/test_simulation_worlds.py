"""The first three worlds stay what they were, to the last bit, and each further world has its one trouble."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from click.testing import CliRunner

from questionnaires.answers import answer_row, columns_of, parse_answer_table
from questionnaires.definition import ResponseFormat
from questionnaires.loading import load_text
from questionnaires.tables import Row, Table
from scoring.encoding import AnswerEncoder
from scoring.errors import ScoringError
from scoring.severity.fitting import fit_one
from scoring.simulation.answers import standardised
from scoring.simulation.company import Simulation, simulate
from scoring.simulation.people import draw_ratings
from scoring.simulation.worlds import WORLDS, World
from webapp.commands.simulate import simulate as simulate_command

FURTHER = ["non_monotone", "rate_each", "careless", "faking", "assisted", "severe", "two_units"]


def correlation(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.corrcoef(x, y)[0, 1])


def key_totals(simulation: Simulation) -> np.ndarray:
    questionnaire = load_text(simulation.questionnaire_text())
    return AnswerEncoder(questionnaire).encode(simulation.applicant_sheets()).key_totals


def digest(simulation: Simulation) -> str:
    """Of every choice, who rated whom, and real numbers to a millionth."""
    found = hashlib.sha256()
    ratings, staff, applicants = simulation.ratings, simulation.staff, simulation.applicants
    whole = (*simulation.staff_responses, *simulation.applicant_responses, ratings.ratee, ratings.rater)
    real = (staff.trait, applicants.performance, ratings.value, ratings.severity, simulation.key_matrix())
    for values in (*whole, *(np.rint(values * 1e6) for values in real)):
        found.update(np.ascontiguousarray(values, dtype="<i8").tobytes())
    return found.hexdigest()


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        ("pessimistic", "3bcff8a809a51c3a2ab4d5595bc8a37b0a3ff032b5893ac63933565c97d96189"),
        ("typical", "e921719ee5419d863ab2c140bd7371c08173e417efc3d2a4c6bcf633c88d1ce6"),
        ("strong", "9f7aaf8934549b7e3e4afa3061391fdb5f632d8bd461da0d2ac470ec52ef3029"),
    ],
)
def test_the_first_three_worlds_never_change(world, expected):
    assert digest(simulate(world, 70, 50, 7, facets=3, items_per_facet=2)) == expected


def test_every_further_world_is_there_and_no_stronger_than_the_typical_one():
    assert list(WORLDS)[3:] == FURTHER
    for name in FURTHER:
        world = WORLDS[name]
        assert world.name == name
        assert (world.slope, world.key_validity, world.trait_validity) == (0.33, 0.55, 0.55)
        assert world.severity_variance >= 0.15


@pytest.mark.parametrize("world", FURTHER)
def test_every_further_world_passes_through_the_products_tables(world, tmp_path):
    simulation = simulate(world, 44, 6, 1, facets=2, items_per_facet=2)
    questionnaire = load_text(simulation.questionnaire_text())
    columns = ("person", "unit", *columns_of(questionnaire))
    rows = [answer_row(sheet, questionnaire) for sheet in simulation.staff_sheets()]
    table = Table(columns, [Row(i, {c: row[c] for c in columns}) for i, row in enumerate(rows, start=2)])
    assert parse_answer_table(table, questionnaire) == simulation.staff_sheets()
    options = ["--world", world, "--staff", "44", "--applicants", "6", "--seed", "1", "--out", str(tmp_path)]
    assert CliRunner().invoke(simulate_command, options).exit_code == 0
    assert f"({world} world, seed 1)" in (tmp_path / "questionnaire.yaml").read_text()


def test_bent_options_follow_their_formula_and_straight_ones_keep_their_slope():
    items = simulate("non_monotone", 2, 0, 3, facets=20, items_per_facet=20).items
    slope = np.array([item.slope for item in items])
    square = np.array([item.bend.square for item in items if item.bend])
    joint = np.array([item.bend.joint for item in items if item.bend])
    assert len(square) == 400
    assert ((slope == 0) != (square == 0)).all()
    assert (square == 0).mean() == pytest.approx(0.5, abs=0.05)
    assert square[square != 0].std() == pytest.approx(0.33, abs=0.02)
    assert joint.std() == pytest.approx(0.33, abs=0.02)
    assert {item.bend.partner for item in items if item.facet == 19 and item.bend} == {0}


def test_a_bent_option_draws_both_ends_of_its_facet():
    simulation = simulate(World("bent", 1.0, 0.55, 0.55, bent=True), 2, 20_000, 4, facets=2, items_per_facet=8)
    best, _ = simulation.choices(applicants=True)
    gaps = []
    for place, item in enumerate(simulation.items):
        option = int(np.argmax(item.bend.square))
        own = simulation.applicants.facets[:, item.facet]
        chosen = best[:, place] == option
        outer, middle = chosen[np.abs(own) > 1.5].mean(), chosen[np.abs(own) < 0.5].mean()
        gaps.append((item.bend.square[option] - item.bend.square.mean(), outer - middle))
    assert correlation(*np.array(gaps).T) > 0.5
    assert np.mean([gap for _, gap in gaps]) > 0.1


def test_ratings_of_options_follow_their_attraction():
    simulation = simulate("rate_each", 2, 4000, 5)
    for item, ratings in zip(simulation.items, simulation.applicant_responses, strict=True):
        assert item.format is ResponseFormat.RATE_EACH
        assert set(np.unique(ratings)) <= {1, 2, 3, 4, 5}
        assert correlation(ratings.mean(axis=0), item.popularity) > 0.95
    with pytest.raises(ScoringError, match="no best and worst"):
        simulation.choices()


def test_the_same_instrument_is_asked_in_either_format():
    choose, rate = simulate("typical", 2, 0, 6), simulate("rate_each", 2, 0, 6)
    assert choose.key_matrix() == pytest.approx(rate.key_matrix())


def test_the_careless_are_among_staff_and_applicants():
    simulation = simulate("careless", 2000, 4000, 7)
    assert simulation.staff.careless.mean() == pytest.approx(0.15, abs=0.03)
    assert simulation.applicants.careless.mean() == pytest.approx(0.15, abs=0.03)
    total, trait, careless = key_totals(simulation), simulation.applicants.trait, simulation.applicants.careless
    assert abs(correlation(total[careless], trait[careless])) < 0.12
    assert correlation(total[~careless], trait[~careless]) > 0.5


def test_the_faking_choose_what_is_popular_and_staff_do_not():
    simulation = simulate("faking", 400, 4000, 8)
    faking = simulation.applicants.faking
    best, worst = simulation.choices(applicants=True)
    popularity = np.array([standardised(item.popularity) for item in simulation.items])
    item = np.arange(len(popularity))
    liked = (popularity[item, best] - popularity[item, worst]).mean(axis=1)
    assert not simulation.staff.faking.any()
    assert (faking > 0).mean() == pytest.approx(0.5, abs=0.03)
    assert correlation(faking[faking > 0], liked[faking > 0]) > 0.3
    assert liked[faking > 1].mean() > liked[faking == 0].mean() + 0.3
    honest = simulate("typical", 400, 4000, 8)
    assert all((a == b).all() for a, b in zip(simulation.staff_responses, honest.staff_responses, strict=True))


def test_the_assisted_share_their_answers():
    simulation = simulate("assisted", 30, 2000, 9)
    totals, assisted = key_totals(simulation), simulation.applicants.assisted
    assert assisted.mean() == pytest.approx(0.2, abs=0.03)
    assert totals[assisted] == pytest.approx(np.ones(assisted.sum()), abs=0.001)
    assert totals[~assisted].max() < 1


def test_severe_raters_differ_more_and_nothing_else_does():
    severe, typical = simulate("severe", 3000, 0, 10).ratings, simulate("typical", 3000, 0, 10).ratings
    assert severe.severity.var() == pytest.approx(0.55, abs=0.05)
    without = [ratings.value - ratings.severity[ratings.rater] for ratings in (severe, typical)]
    assert without[0] == pytest.approx(without[1])


@pytest.mark.parametrize("staff", [4, 21, 60, 200])
def test_two_units_are_rated_apart_and_the_second_more_strictly(staff):
    simulation = simulate("two_units", staff, 0, 11)
    fit = fit_one(simulation.rating_list()) if staff > 4 else None
    neighbour = {person: person for person in range(staff)}
    for ratee, rater in zip(simulation.ratings.ratee, simulation.ratings.rater, strict=True):
        low, high = sorted((neighbour[ratee], neighbour[rater]))
        neighbour = {person: low if part == high else part for person, part in neighbour.items()}
    assert len(set(neighbour.values())) == 2
    assert set(simulation.ratings.ratee) == set(range(staff))
    if fit is not None:
        assert set(fit.component) == {1, 2}


def test_the_second_site_is_stricter_by_the_stated_gap():
    severity = simulate("two_units", 6000, 0, 12).ratings.severity
    assert severity[:3000].mean() - severity[3000:].mean() == pytest.approx(0.8, abs=0.05)


def test_nobody_is_left_without_a_colleague_on_their_site():
    staff = simulate("typical", 3, 0, 1).staff
    with pytest.raises(ScoringError, match="at least 4 staff"):
        draw_ratings(WORLDS["two_units"], staff, np.random.default_rng(0))
