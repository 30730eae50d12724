"""Flags by group: hand-worked mid-p, Holm, and small groups."""

from __future__ import annotations

import pytest

from scoring.errors import ScoringError
from scoring.quality.assessment import IndexFigure, Quality
from scoring.quality.group_check import exact_interval, flag_rates_by_group
from scoring.quality.limits import NO_LIMIT
from scoring.quality.multiplicity import holm


def person(*flags):
    return Quality(tuple(IndexFigure(n, 0.0, NO_LIMIT, n in flags) for n in ("speed", "person_fit", "distance")))


def rates(people, groups):
    return {(rate.flag, rate.group): rate for rate in flag_rates_by_group(people, groups)}


def test_exact_interval_of_nothing_and_everything():
    assert exact_interval(0, 30) == (0.0, pytest.approx(1 - 0.025 ** (1 / 30)))
    assert exact_interval(30, 30) == (pytest.approx(0.025 ** (1 / 30)), 1.0)


def test_holm_worked_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


def test_an_uneven_flag_is_found_and_an_even_one_is_not():
    people = [person("speed", "distance")] * 20 + [person()] * 30 + [person("speed")] * 2 + [person()] * 48
    groups = ["older"] * 50 + ["younger"] * 50
    found = rates(people, groups)
    assert found["speed", "older"].verdict == "uneven"
    assert found["speed", "older"].rate == pytest.approx(0.4)
    assert found["review", "older"].flagged == 20
    assert found["speed", "younger"].people == 50


def test_flags_that_nobody_has_are_left_out_and_even_ones_show_no_difference():
    people = ([person("speed")] * 4 + [person()] * 46) * 2
    found = rates(people, ["older"] * 50 + ["younger"] * 50)
    assert {flag for flag, _ in found} == {"review", "speed"}
    assert found["speed", "older"].verdict == "no_difference_shown"


def test_small_groups_cannot_be_told_about():
    people = [person("speed")] * 29 + [person()] * 200
    found = rates(people, ["few"] * 29 + ["many"] * 200)
    assert found["speed", "few"].verdict == "cannot_tell"
    assert found["speed", "few"].mid_p is None
    assert "nothing can be told" in found["speed", "few"].to_plain()["sentence"]["template"]


def test_people_whose_group_is_not_known_are_left_out():
    people = [person()] * 80
    found = rates(people, ["a"] * 35 + [None] * 10 + ["b"] * 35)
    assert found["review", "a"].people == 35


def test_nobody_known_or_not_as_many():
    with pytest.raises(ScoringError, match="Nobody's group"):
        flag_rates_by_group([person()], [None])
    with pytest.raises(ScoringError, match="same order"):
        flag_rates_by_group([person()], [])
