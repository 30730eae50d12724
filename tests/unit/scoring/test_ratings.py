"""Reading ratings from a table: every fault, in its place, with its remedy."""

from __future__ import annotations

import pytest

from questionnaires.tables import Row, Table, TableError
from scoring.ratings import Rating, parse_rating_table


def table(text: str) -> Table:
    head, *lines = text.strip().splitlines()
    columns = tuple(head.split(","))
    rows = [Row(i, dict(zip(columns, line.split(","), strict=True))) for i, line in enumerate(lines, start=2)]
    return Table(columns, rows)


def faults_of(text: str, scale: tuple[float, float] | None = None) -> list[tuple[int | None, str | None]]:
    with pytest.raises(TableError) as caught:
        parse_rating_table(table(text), scale=scale)
    assert all(fault.message and fault.remedy for fault in caught.value.faults)
    return [(fault.row, fault.column) for fault in caught.value.faults]


def test_reads_every_column():
    read = parse_rating_table(table("ratee,rater,rating,competence,date\nann,bob,4.5,service,2026-01-02"))
    assert read == [Rating("ann", "bob", 4.5, "service", "2026-01-02")]


def test_raters_may_be_unknown_throughout():
    expected = [Rating("ann", None, 4.0), Rating("ann", None, 4.0)]
    assert parse_rating_table(table("ratee,rater,rating\nann,,4\nann,,4")) == expected
    assert parse_rating_table(table("ratee,rating\nann,4\nann,4")) == expected


def test_understands_a_decimal_comma():
    rows = [Row(2, {"ratee": "ann", "rating": "3,5"})]
    assert parse_rating_table(Table(("ratee", "rating"), rows))[0].rating == 3.5


def test_names_missing_and_unknown_columns():
    assert faults_of("ratee,mark\nann,4") == [(1, "rating"), (1, "mark")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",bob,4", "ratee"),
        ("ann,bob,", "rating"),
        ("ann,bob,good", "rating"),
        ("ann,bob,nan", "rating"),
        ("ann,bob,inf", "rating"),
        ("ann,bob,6", "rating"),
        ("ann,bob,0.5", "rating"),
        ("ann,ann,4", "rater"),
        ("cid,,4", "rater"),
    ],
)
def test_names_row_and_column_of_a_fault(row, column):
    assert faults_of(f"ratee,rater,rating\ncid,bob,4\n{row}", (1, 5)) == [(3, column)]


def test_without_a_scale_any_number_goes():
    assert parse_rating_table(table("ratee,rater,rating\nann,bob,-77"))[0].rating == -77


def test_a_row_given_twice_is_a_fault_and_names_the_first():
    text = "ratee,rater,rating\nann,bob,4\ncid,bob,4\nann,bob,5"
    with pytest.raises(TableError, match=r"row 4.*already rates “ann” in row 2"):
        parse_rating_table(table(text))


def test_other_competence_or_date_is_another_rating():
    rows = "ann,bob,4,a,\nann,bob,4,b,\nann,bob,4,a,2026"
    assert len(parse_rating_table(table(f"ratee,rater,rating,competence,date\n{rows}"))) == 3


def test_a_competence_named_in_some_rows_only_is_a_fault():
    assert faults_of("ratee,rater,rating,competence\nann,bob,4,a\ncid,bob,4,") == [(3, "competence")]


def test_lists_every_fault_in_the_order_of_rows():
    text = "ratee,rater,rating\nann,ann,4\n,bob,x\nann,bob,4\nann,bob,4"
    assert faults_of(text) == [(2, "rater"), (3, "ratee"), (3, "rating"), (5, "ratee")]


def test_an_empty_table_is_a_fault():
    with pytest.raises(TableError, match="no ratings"):
        parse_rating_table(Table(("ratee", "rating"), []))
