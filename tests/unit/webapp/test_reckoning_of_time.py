"""Deadlines, credits and breaks, as plain arithmetic."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.services.sitting_time import reckoning
from webapp.services.sitting_time.reckoning import Allowance

NINE = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


def after(seconds: float) -> dt.datetime:
    return NINE + dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("factor", "added", "expected"),
    [(1.0, 0, 1200), (1.25, 0, 1500), (1.5, 90, 1890), (2.0, -60, 2340)],
)
def test_the_deadline_is_the_time_times_the_factor_and_what_was_added(factor: float, added: int, expected: int) -> None:
    assert Allowance(NINE, 1200, factor, added).deadline == after(expected)


def test_without_a_factor_there_is_no_deadline_and_nothing_is_ever_over() -> None:
    assert Allowance(NINE, 1200, None, 500).deadline is None
    assert not reckoning.is_over(None, after(10**9))


def test_at_the_deadline_itself_it_is_over() -> None:
    assert reckoning.is_over(after(10), after(10))
    assert not reckoning.is_over(after(10), after(9.999))


@pytest.mark.parametrize(
    ("allowed", "factor", "expected"), [(1200, 1.0, 240), (1200, 2.0, 480), (7200, 1.0, 900), (1200, None, 240)]
)
def test_the_budget_is_a_share_and_no_more_than_some_minutes(allowed: int, factor: float | None, expected: int) -> None:
    assert reckoning.budget(allowed, factor, 0.2, 15) == expected


@pytest.mark.parametrize(
    ("claimed", "silent", "left", "expected"),
    [(44, 44, 900, 0), (45, 45, 900, 45), (300, 60, 900, 60), (300, 300, 120, 120), (300, 30, 900, 0), (60, 60, 0, 0)],
)
def test_a_credit_is_what_is_claimed_was_missed_and_is_left(
    claimed: int, silent: int, left: int, expected: int
) -> None:
    assert reckoning.credit(claimed, silent, left) == expected


@given(
    st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 10**5)), max_size=30),
    st.integers(0, 900),
)
def test_no_row_of_outages_brings_more_than_the_budget(gaps: list[tuple[int, int]], budget: int) -> None:
    given_so_far = 0
    for claimed, silent in gaps:
        brought = reckoning.credit(claimed, silent, budget - given_so_far)
        assert 0 <= brought <= min(claimed, silent)
        given_so_far += brought
    assert given_so_far <= budget


def test_who_was_silent_before_the_end_may_come_back_while_the_budget_reaches() -> None:
    deadline = after(1200)
    assert reckoning.may_come_back(deadline, after(1300), after(1100), 240)
    assert not reckoning.may_come_back(deadline, after(1440), after(1100), 240)
    assert not reckoning.may_come_back(deadline, after(1201), after(1190), 240), "beating until the end"
    assert not reckoning.may_come_back(deadline, after(1200), after(1100), 0)


@given(st.integers(60, 1200), st.integers(0, 900), st.integers(0, 3000))
def test_whoever_may_come_back_and_claims_it_is_not_over(silent: int, left: int, late: int) -> None:
    deadline, last = after(1200), after(1200 - silent)
    at = after(1200 + late)
    brought = reckoning.credit(reckoning.between(last, at), reckoning.between(last, at), left)
    still_open = not reckoning.is_over(deadline + reckoning.seconds(brought), at)
    assert still_open == (late < brought)
    if still_open:
        assert reckoning.may_come_back(deadline, at, last, left)


def test_signs_of_life_are_written_before_they_pass_for_an_outage_and_often_at_the_end() -> None:
    deadline = after(1200)
    assert not reckoning.worth_writing(deadline, after(39), NINE)
    assert reckoning.worth_writing(deadline, after(40), NINE)
    assert reckoning.WRITE_SECONDS < reckoning.GAP_SECONDS
    assert reckoning.worth_writing(deadline, after(1100), after(1095))
    assert not reckoning.worth_writing(None, after(1100), after(1095))


def test_a_break_that_is_ended_early_gives_back_what_is_left_of_it() -> None:
    assert reckoning.unused_break(after(600), after(400)) == 200
    assert reckoning.unused_break(after(600), after(700)) == 0


@given(st.sampled_from([1.0, 1.25, 1.5, 2.0, None]), st.integers(-600, 600), st.integers(0, 900), st.integers(0, 9000))
def test_extra_seconds_bring_the_deadline_to_any_moment(
    factor: float | None, extra: int, credited: int, wanted: int
) -> None:
    before = Allowance(NINE, 1200, factor, extra + credited)
    moved = reckoning.extra_for(after(wanted), before, extra)
    usual = 1.0 if factor is None else factor
    assert Allowance(NINE, 1200, usual, moved + credited).deadline == after(wanted)
