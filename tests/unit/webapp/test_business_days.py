"""Business days as laws about notices count them."""

from __future__ import annotations

import datetime as dt

import pytest

from webapp.errors import Invalid
from webapp.services.oversight.business_days import after_business_days
from webapp.services.oversight.notice_places import NEW_YORK, NoticeRule, read_rule

day = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("told", "number", "earliest"),
    [
        ("2026-11-02", 10, "2026-11-16"),  # Monday to the Monday after next
        ("2026-11-06", 1, "2026-11-09"),  # over a weekend
        ("2026-11-07", 1, "2026-11-09"),  # told on a Saturday
        ("2026-11-02", 0, "2026-11-02"),
    ],
)
def test_weekends_do_not_count(told: str, number: int, earliest: str) -> None:
    assert after_business_days(day(told), number) == day(earliest)


def test_named_days_off_do_not_count() -> None:
    assert after_business_days(day("2026-11-23"), 4, {day("2026-11-26")}) == day("2026-11-30")


def test_a_rule_is_read_from_lines_and_faults_name_theirs() -> None:
    rule = read_rule("New York City (Local Law 144) 12\n\nNew Jersey: 5\n", "2026-12-25\n", NoticeRule())
    assert [(each.name, each.days) for each in rule.places] == [(NEW_YORK.name, 12), ("New Jersey", 5)]
    assert rule.places[0].key == "nyc", "a place that is known stays the same place"
    assert rule.days_off == {day("2026-12-25")}
    with pytest.raises(Invalid) as fault:
        read_rule("Nowhere\nSomewhere 0\nA 5\na 6", "tomorrow", NoticeRule())
    assert len(fault.value.messages) == 4
    assert "line 1" in fault.value.messages[0]
    assert "line 1" in fault.value.messages[2]
