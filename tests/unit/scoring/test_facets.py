"""Haberman's rule: a facet is shown where its own score says more about it than the total does."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from questionnaires.loading import load_text
from scoring.encoding import AnswerEncoder
from scoring.facets import TOO_LITTLE, FacetRule, bands, facet_rules, facet_scores, facets_of, haberman
from scoring.simulation.answers import draw_responses
from scoring.simulation.company import simulate
from tests.unit.instruments import every_format

# Eight people; seven contrasts that are uncorrelated, each with variance 1.
SIGNS = np.array([[1.0, -1.0][bin(row & column).count("1") % 2] for row in range(8) for column in range(1, 8)])
G, A, B, C, D, *_ = SIGNS.reshape(8, 7).T


def test_a_case_worked_by_hand_where_the_total_wins():
    """Items G+A and G+B: true score 2G (variance 4), errors 2, so reliability 4/6; total 4G+A+B+C+D.

    The total's variance is 20 and its covariance with 2G is 8, so its PRMSE is 8^2 / (4 * 20) = .8.
    """
    found = haberman(np.column_stack([G + A, G + B]), np.column_stack([G + C, G + D]))
    assert found == pytest.approx((2 / 3, 2 / 3, 0.8))


def test_a_case_worked_by_hand_where_the_facet_wins():
    """The other items share nothing: total 2G+A+B+C+D, variance 8, covariance 4, PRMSE 4^2 / (4 * 8) = .5."""
    found = haberman(np.column_stack([G + A, G + B]), np.column_stack([C, D]))
    assert found == pytest.approx((2 / 3, 2 / 3, 0.5))


def test_one_item_or_no_variance_tells_nothing():
    assert haberman(G[:, None], A[:, None]) is None
    assert haberman(np.ones((8, 2)), A[:, None]) is None
    assert haberman(np.column_stack([G, -G]), A[:, None]) is None


def simulated(world: str, facets: int, items: int, people: int = 2000):
    simulation = simulate(world, 2, people, 3, facets=facets, items_per_facet=items)
    encoder = AnswerEncoder(load_text(simulation.questionnaire_text()))
    return simulation, encoder, encoder.encode(simulation.applicant_sheets())


def asked_again(simulation):
    """The same people, with the same facets, answer the same items afresh."""
    rng = np.random.default_rng(11)
    draw = [draw_responses(simulation.world, item, simulation.applicants, rng) for item in simulation.items]
    return replace(simulation, applicant_responses=tuple(draw))


@pytest.mark.parametrize(("facets", "items"), [(4, 10), (8, 3)])
def test_it_agrees_with_the_known_facets_of_a_simulation(facets, items):
    """The rule sees one sitting only; a second sitting of the same people shows what is true of each facet.

    Two sittings correlate by the reliability r, and the total of one with the facet score of the other by
    sqrt(PRMSE of the total * r). Lambda-2 is a lower bound, a little below r where a facet has three unlike items.
    """
    simulation, encoder, encoded = simulated("strong", facets, items)
    rules = facet_rules(encoded.key_scores, encoder.items)
    names, scores = facet_scores(encoded.key_scores, encoder.items)
    assert tuple(rule.facet for rule in rules) == names == simulation.facet_names
    second = facet_scores(encoder.encode(asked_again(simulation).applicant_sheets()).key_scores, encoder.items)[1]
    own = np.array([np.corrcoef(scores[:, i], second[:, i])[0, 1] for i in range(facets)])
    total = np.array([np.corrcoef(encoded.key_totals, second[:, i])[0, 1] ** 2 for i in range(facets)]) / own
    assert [rule.prmse_facet for rule in rules] == pytest.approx(own, abs=0.06)
    assert [rule.prmse_total for rule in rules] == pytest.approx(total, abs=0.13)
    assert np.mean([rule.prmse_facet for rule in rules]) == pytest.approx(np.mean(own), abs=0.035)
    assert np.mean([rule.prmse_total for rule in rules]) == pytest.approx(np.mean(total), abs=0.035)
    assert all(rule.wins == (facets == 4) for rule in rules)


def test_it_agrees_with_the_facets_behind_the_answers():
    """The latent facet itself, of which the true facet score is a slightly bent function."""
    simulation, encoder, encoded = simulated("strong", 4, 10)
    scores = facet_scores(encoded.key_scores, encoder.items)[1]
    latent = [np.corrcoef(scores[:, i], simulation.applicants.facets[:, i])[0, 1] ** 2 for i in range(4)]
    assert [rule.prmse_facet for rule in facet_rules(encoded.key_scores, encoder.items)] == pytest.approx(
        latent, abs=0.06
    )


def test_few_people_never_make_a_facet_win():
    _, encoder, encoded = simulated("strong", 4, 10, people=49)
    assert not any(rule.wins for rule in facet_rules(encoded.key_scores, encoder.items))


def test_rules_are_plain_and_the_same_every_time():
    _, encoder, encoded = simulated("strong", 4, 10, people=300)
    plain = [rule.to_plain() for rule in facet_rules(encoded.key_scores, encoder.items)]
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain == [rule.to_plain() for rule in facet_rules(encoded.key_scores, encoder.items)]


def rule(**changed):
    given = {"prmse_facet": 0.75, "prmse_total": 0.5, "advantage_low": 0.1, "wins": True, "mean": 0.5, "spread": 0.1}
    return FacetRule(**{"facet": "needs", "items": 6, "reliability": 0.75, **given, **changed})


def test_a_band_is_the_regressed_score_with_its_error():
    """Kelley: .5 + .75 (.7 - .5) = .65; error .1 sqrt(.75 * .25) = .0433, nine times of ten within .0712."""
    (band,) = bands([rule()], {"needs": 0.7})
    assert (band.code, band.value) == ("above", pytest.approx(0.65))
    assert (band.low, band.high) == (pytest.approx(0.5788, abs=1e-4), pytest.approx(0.7212, abs=1e-4))
    assert [bands([rule().to_plain()], {"needs": score})[0].code for score in (0.3, 0.45, 0.58)] == [
        "below",
        "around",
        "around",
    ]


def test_no_band_without_enough_information():
    loses = rule(wins=False)
    assert bands([loses], {"needs": 0.9})[0].code == TOO_LITTLE
    assert bands([rule()], {})[0].code == TOO_LITTLE
    assert bands([rule()], {"needs": float("nan")})[0].code == TOO_LITTLE
    assert bands([loses], {"needs": 0.9})[0].value is None


def test_items_without_a_facet_have_no_profile():
    items = every_format().items
    assert facets_of(items) == {}
    names, scores = facet_scores(np.ones((3, len(items))), items)
    assert names == ()
    assert scores.shape == (3, 0)
    assert facet_rules(np.ones((3, len(items))), items) == []
