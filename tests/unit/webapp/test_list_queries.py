"""What an address asks of a list: read, written again, and what makes no sense left out and named."""

from __future__ import annotations

import datetime as dt

import pytest
from werkzeug.datastructures import MultiDict

from webapp.services.shortlist.asked import Ignored, Kept, ListQuery, parse

WHOLE = {
    "stage": ["0", "3"],
    "answered_in": ["ru", "lt"],
    "flagged": ["no"],
    "since": ["2026-03-01"],
    "until": ["2026-03-31"],
    "search": ["Žem"],
    "order": ["newest"],
}


def read(**args: str | list[str]) -> ListQuery:
    return parse(MultiDict(args))


def test_what_is_written_is_read_back() -> None:
    query = parse(MultiDict(WHOLE))
    assert query.to_args() == WHOLE
    assert parse(MultiDict(query.to_args())) == query
    assert parse(Kept(query.to_args())) == query
    assert not query.ignored


def test_nothing_asked_is_everybody_by_result() -> None:
    query = read(stage="", answered_in="", since="", search="  ")
    assert query == ListQuery()
    assert query.to_args() == {}
    assert query.wanted.all
    assert not query.is_filtered
    assert not query.ignored


def test_days_are_whole_and_both_count() -> None:
    asked = read(since="2026-03-01", until="2026-03-31").asked
    assert asked.since == dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    assert asked.until == dt.datetime(2026, 4, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("stage", "x"),
        ("stage", "-1"),
        ("stage", "4096"),
        ("stage", "²"),
        ("stage", "9" * 5000),
        ("answered_in", "de"),
        ("flagged", "perhaps"),
        ("since", "2026-02-30"),
        ("until", "9999-12-31"),
        ("until", "20260101"),
        ("order", "score desc; drop table"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_named(part: str, value: str) -> None:
    query = read(**{part: value})
    assert query == ListQuery()
    assert query.ignored == (Ignored(part, value[:100]),)


def test_an_end_before_the_beginning_is_left_out() -> None:
    query = read(since="2026-03-02", until="2026-03-01")
    assert query.since == dt.date(2026, 3, 2)
    assert query.until is None
    assert query.ignored == (Ignored("until", "2026-03-01"),)


def test_a_long_search_is_cut_and_said_so() -> None:
    query = read(search="a" * 130)
    assert query.search == "a" * 100
    assert query.ignored == (Ignored("search", "a" * 30),)


def test_a_stage_that_the_company_does_not_know_is_left_out() -> None:
    query = parse(MultiDict({"stage": ["1", "9"]}), stages={0, 1})
    assert query.stages == (1,)
    assert query.ignored == (Ignored("stage", "9"),)


def test_each_filter_can_be_taken_away() -> None:
    query = parse(MultiDict(WHOLE))
    assert query.without("stage", "3").stages == (0,)
    assert query.without("answered_in", "ru").languages == ("lt",)
    assert query.without("flagged").flagged is None
    assert query.without("since").since is None
    assert query.without("search").search == ""
    assert query.without("order").by_result
