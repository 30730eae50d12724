"""Population stability: by hand, under no shift, and with a shift implanted."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from scoring.errors import ScoringError
from scoring.shift.psi import SMOOTHING, item_shifts, population_stability, worst
from tests.unit.scoring.quality.companies import company


def test_worked_by_hand():
    # p = (50.5, 50.5)/101 = .5, .5; q = (80.5, 20.5)/101 = .79703, .20297.
    raw, psi, _ = population_stability(np.array([50, 50]), np.array([80, 20]))
    q = 80.5 / 101
    expected = (q - 0.5) * log(q / 0.5) + (0.5 - q) * log((1 - q) / 0.5)
    assert SMOOTHING == 0.5
    assert raw == pytest.approx(expected, abs=1e-12)
    assert psi == pytest.approx(expected - 0.02, abs=1e-12)


def test_an_option_nobody_chose_counts_for_nothing():
    with_gap = population_stability(np.array([50, 0, 50]), np.array([80, 0, 20]))
    assert with_gap == pytest.approx(population_stability(np.array([50, 50]), np.array([80, 20])))


def test_one_option_or_nobody_has_no_shift():
    assert population_stability(np.array([9, 0]), np.array([20, 0])) == (0.0, 0.0, 1.0)
    assert population_stability(np.array([9, 1]), np.array([0, 0])) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize("people", [60, 400])
def test_the_null_holds_its_level_and_the_mean_is_repaired(people):
    rng = np.random.default_rng(people)
    chances = [0.5, 0.25, 0.15, 0.1]
    draws = [
        population_stability(rng.multinomial(people, chances), rng.multinomial(people, chances)) for _ in range(2000)
    ]
    raw, _, p = (np.array(each) for each in zip(*draws, strict=True))
    assert raw.mean() == pytest.approx(3 * 2 / people, rel=0.12)
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.02)


def test_applicants_like_staff_raise_no_alarm():
    found = company(staff=300, applicants=600)
    shifts = item_shifts(found.encoder, found.staff.X, found.applicants.X)
    assert {shift.level for shift in shifts} == {"steady"}
    assert len(shifts) == 48


def test_assisted_applicants_raise_alarms():
    plain = company(staff=300, applicants=600)
    helped = company(staff=300, applicants=300, assisted=0.5)
    shifts = item_shifts(plain.encoder, plain.staff.X, helped.applicants.X)
    assert sum(shift.level == "alarm" for shift in shifts) > 10
    assert worst(shifts).psi == max(shift.psi for shift in shifts)


def test_a_few_people_are_uncertain_rather_than_alarming():
    found = company(staff=300, applicants=600)
    shifts = item_shifts(found.encoder, found.staff.X[:20], found.applicants.X[:20])
    assert not any(shift.level in ("watch", "alarm") for shift in shifts)
    assert any(shift.raw > 0.25 for shift in shifts)


def test_more_missing_answers_are_a_shift():
    found = company(staff=300, applicants=600)
    X = found.applicants.X.copy()
    block = found.encoder.blocks[0]
    X[:300, block.columns] = 0.0
    X[:300, [block.start + 4, block.stop - 1]] = 1.0
    shifts = item_shifts(found.encoder, found.staff.X, X)
    assert {(s.item, s.level) for s in shifts if s.level != "steady"} == {(block.item, "alarm")}


def test_another_form_is_refused():
    found = company(staff=300, applicants=600)
    with pytest.raises(ScoringError, match="same form"):
        item_shifts(found.encoder, found.staff.X, found.applicants.X[:, :-1])
