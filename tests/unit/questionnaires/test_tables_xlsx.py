"""Workbooks as people fill them in, and as somebody might make them to do harm."""

import datetime
import io
import random
import zipfile
from typing import Any

import pytest

from questionnaires.tables import TableError, TableFault, read_table
from tests.unit.questionnaires.workbooks import with_part, workbook

HEAD = ["person", "a", "b"]
SHEET = "xl/worksheets/sheet1.xml"


def faults_of(data: bytes) -> list[TableFault]:
    with pytest.raises(TableError) as caught:
        read_table(data, "table.xlsx")
    return caught.value.faults


def test_numbers_texts_truths_and_dates_become_plain_texts() -> None:
    day = datetime.date(2026, 3, 1)

    def dated(sheet: Any, book: Any) -> None:
        sheet.write_datetime(3, 1, day, book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_boolean(3, 2, True)

    table = read_table(workbook(HEAD, [" Ūla ", 4, 4.5], [1234567, "", "x"], ["p3"], change=dated))
    assert [list(row.values.values()) for row in table.rows] == [
        ["Ūla", "4", "4.5"],
        ["1234567", "", "x"],
        ["p3", "2026-03-01", "true"],
    ]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    table = read_table(workbook([], [], HEAD, ["p1", 1, 2], [], ["p2", 3, 4]))
    assert [row.number for row in table.rows] == [4, 6]


def test_a_table_that_starts_in_another_column() -> None:
    table = read_table(workbook(["", "", *HEAD], ["", "", "p1", 1, 2]))
    assert table.columns == ("person", "a", "b")


def test_formulas_give_their_values() -> None:
    data = workbook(HEAD, ["p1", 1], change=lambda sheet, _: sheet.write_formula("C2", "=B2+1", None, 2))
    assert read_table(data).rows[0].values["b"] == "2"


def test_formats_below_the_table_do_no_harm() -> None:
    def coloured(sheet: Any, book: Any) -> None:
        sheet.write_blank(1_048_575, 200, None, book.add_format({"bg_color": "red"}))

    assert len(read_table(workbook(HEAD, ["p1", 1, 2], change=coloured)).rows) == 1


def test_only_the_first_visible_sheet_is_read() -> None:
    def second(_: Any, book: Any) -> None:
        notes = book.add_worksheet("notes")
        notes.write(0, 0, "how to fill this in")
        notes.write_formula(1, 0, "=1/0", None, "#DIV/0!")

    assert read_table(workbook(HEAD, ["p1", 1, 2], change=second)).columns == ("person", "a", "b")


def test_a_hidden_first_sheet_is_passed_over() -> None:
    def hidden(sheet: Any, book: Any) -> None:
        table = book.add_worksheet("table")
        table.write_row(0, 0, ["person"])
        table.write_row(1, 0, ["p1"])
        table.activate()
        table.set_first_sheet()
        sheet.hide()

    assert read_table(workbook(["secret"], ["x"], change=hidden)).columns == ("person",)


def test_merged_cells_errors_and_lost_digits_are_all_named() -> None:
    def wrong(sheet: Any, _: Any) -> None:
        sheet.merge_range("A4:B5", "both")
        sheet.write_formula("C2", "=1/0", None, "#DIV/0!")

    faults = faults_of(workbook(HEAD, ["p1", 1], [1234567890123456, 1, 2], change=wrong))
    assert [fault.row for fault in faults] == [2, 4, 3]
    assert "Cell C2 holds an error" in faults[0].message
    assert "A4:B5 are merged" in faults[1].message
    assert "only 15 digits" in faults[2].message


def test_an_empty_workbook() -> None:
    assert faults_of(workbook())[0].message == "The table is empty."


@pytest.mark.parametrize("cut", [100, 1000, -30])
def test_a_workbook_that_breaks_off(cut: int) -> None:
    assert "damaged or protected" in faults_of(workbook(HEAD, ["p1"])[:cut])[0].message


def test_other_archives_are_no_workbooks() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "not an Excel workbook" in faults_of(out.getvalue())[0].message


def test_a_workbook_that_unpacks_to_far_more_is_not_unpacked() -> None:
    data = with_part(workbook(HEAD, ["p1"]), SHEET, lambda _: b" " * 151_000_000)
    assert len(data) < 1_000_000
    assert "unpacks to more than 150 MB" in faults_of(data)[0].message


def test_a_workbook_that_lies_about_its_size() -> None:
    data = with_part(workbook(HEAD, ["p1"]), SHEET, lambda _: b"<x>" + b" " * 70_000 + b"</x>")
    lying = data.replace((70_007).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    assert lying != data
    assert "damaged" in faults_of(lying)[0].message


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_single_far_cell_cannot_exhaust_memory(quote: str) -> None:
    data = workbook(HEAD, ["p1", 1, 2], change=lambda sheet, _: sheet.write(1_048_575, 16_383, "x"))
    data = with_part(data, SHEET, lambda xml: xml.replace(b'"XFD1048576"', f"{quote}XFD1048576{quote}".encode()))
    assert "reaches to row 1048576 and column 16384" in faults_of(data)[0].message


SHARED = "xl/sharedStrings.xml"


def repeating(cells: int, length: int, reference: bytes = b"") -> bytes:
    """A small file in which many cells refer to one long text."""
    data = workbook(HEAD, *([["long"] * 3] * (cells // 3)))
    data = with_part(data, SHARED, lambda xml: xml.replace(b"long", b"x" * length))
    return with_part(data, SHEET, lambda xml: xml.replace(b"<v>3</v>", reference)) if reference else data


def test_one_long_text_in_many_cells_cannot_exhaust_memory() -> None:
    data = repeating(3_000, 50_000)
    assert len(data) < 50_000
    assert "unpacks to more than 100 MB" in faults_of(data)[0].message


def test_a_reference_in_disguise_counts_as_one_to_the_longest_text() -> None:
    assert "unpacks to more than 100 MB" in faults_of(repeating(3_000, 50_000, b"<v>&#51;</v>"))[0].message


@pytest.mark.parametrize("part", [SHEET, SHARED])
def test_what_could_hide_a_reference_is_refused(part: str) -> None:
    data = with_part(workbook(HEAD, ["p1", "x", "y"]), part, lambda xml: xml.replace(b"</", b"<!-- --></", 1))
    assert "damaged" in faults_of(data)[0].message


def test_many_short_texts_are_no_harm() -> None:
    assert len(read_table(repeating(3_000, 20)).rows) == 1_000


def test_random_damage_is_always_a_table_or_a_clear_error() -> None:
    """Damage inside the parts, with sizes and checksums that fit."""
    generator = random.Random(20)
    whole = workbook(HEAD, ["p1", 1, 2], ["p2", "x", 3.5])
    parts = [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"]
    outcomes = {"read": 0, "refused": 0}
    for _ in range(300):
        data = with_part(whole, generator.choice(parts), lambda xml: damaged(xml, generator))
        try:
            read_table(data)
            outcomes["read"] += 1
        except TableError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 30


def damaged(xml: bytes, generator: random.Random) -> bytes:
    changed = bytearray(xml)
    place = generator.randrange(len(changed))
    changed[place : place + generator.randrange(4)] = generator.choice([b"", b"<", b">", b'"', b"9", b"/", b"A"])
    return bytes(changed)
