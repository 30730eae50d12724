"""Delimited text as Excel, LibreOffice and statistics programs write it."""

import codecs
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.tables import Table, TableError, TableFault, read_table, read_table_file

NAMES = "person,unit\nŽivilė,Klaipėda\nИрина,Казань\n"


def values(table: Table) -> list[list[str]]:
    return [list(row.values.values()) for row in table.rows]


def faults_of(data: bytes | str, **limits: int) -> list[TableFault]:
    with pytest.raises(TableError) as caught:
        read_table(data if isinstance(data, bytes) else data.encode(), "table.csv", **limits)
    return caught.value.faults


@pytest.mark.parametrize(
    "data",
    [
        NAMES.encode(),
        NAMES.encode("utf-8-sig"),
        NAMES.replace("\n", "\r\n").encode(),
        NAMES.replace("\n", "\r").encode(),
        NAMES.replace(",", ";").encode("utf-8-sig"),
        NAMES.replace(",", "\t").encode("utf-16"),
        codecs.BOM_UTF16_BE + NAMES.replace(",", "\t").encode("utf-16-be"),
        NAMES.replace(",", "\t").encode("utf-16-le"),
        NAMES.replace(",", "\t").encode("utf-16-be"),
        NAMES.encode("utf-32"),
        ("sep=;\r\n" + NAMES.replace(",", ";")).encode(),
        ("sep=|\n" + NAMES.replace(",", "|")).encode("utf-8-sig"),
        NAMES.replace(",", " , ").encode(),
        unicodedata.normalize("NFD", NAMES).encode(),
        NAMES.replace("\n", ",,\n").encode(),
        NAMES.replace("Klaipėda", '"Klaipėda"').encode(),
        (NAMES + ",\n\n  \n").encode(),
    ],
)
def test_the_same_table_however_it_was_saved(data: bytes) -> None:
    table = read_table(data, "table.csv")
    assert table.columns == ("person", "unit")
    assert values(table) == [["Živilė", "Klaipėda"], ["Ирина", "Казань"]]
    assert [row.number for row in table.rows] == [2, 3]


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    table = read_table(b'person,note\na,"two\nlines"\n\nb,one\n,\nc,\n')
    assert [(row.number, row.values["person"]) for row in table.rows] == [(2, "a"), (4, "b"), (6, "c")]
    assert table.rows[0].values["note"] == "two\nlines"


def test_a_header_below_empty_rows() -> None:
    table = read_table(b"\n;;\nperson;x\na;1\n")
    assert table.columns == ("person", "x")
    assert table.rows[0].number == 4


def test_commas_inside_a_semicolon_table() -> None:
    table = read_table(b'person;"said, and done";x\na;"b;c";"d ""e"""\n')
    assert table.columns == ("person", "said, and done", "x")
    assert values(table) == [["a", "b;c", 'd "e"']]


def test_short_rows_are_filled_and_one_column_is_enough() -> None:
    assert values(read_table(b"person,a,b\nx\ny,1\n")) == [["x", "", ""], ["y", "1", ""]]
    assert values(read_table(b"person\nx\n")) == [["x"]]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\r\n ", b"\xff\xfe", b",,,\n,\n"])
def test_an_empty_file(data: bytes) -> None:
    assert "empty" in faults_of(data)[0].message


def test_a_header_alone() -> None:
    assert faults_of("person,a\n")[0].message == "There is a header and nothing under it."


@pytest.mark.parametrize("encoding", ["cp1251", "cp1257", "cp1252"])
def test_old_encodings_are_named_with_the_row(encoding: str) -> None:
    data = b"person;x\na;1\n" + {"cp1251": "Ж", "cp1257": "Ž", "cp1252": "é"}[encoding].encode(encoding)
    fault = faults_of(data)[0]
    assert fault.row == 3
    assert "windows-1251 or windows-1257" in fault.message
    assert "CSV UTF-8" in fault.remedy


def test_half_a_utf16_file() -> None:
    assert "breaks off" in faults_of(NAMES.encode("utf-16")[:-1])[0].message


def test_a_nul_character() -> None:
    fault = faults_of("person,x\n" + "a,1\n" * 300 + "b\0,1\n")[0]
    assert fault.row == 302
    assert "NUL" in fault.message


def test_a_quote_never_closed() -> None:
    fault = faults_of('person,x\na,1\nb,"2\nc,3\n')[0]
    assert fault.row == 3
    assert "never closed" in fault.message
    assert '""' in fault.remedy


def test_a_quote_that_swallows_what_follows() -> None:
    fault = faults_of('person,x\nb,"2\nc,"3"\n')[0]
    assert fault.row == 2
    assert "follows a closing quote" in fault.message


@pytest.mark.parametrize("length", [32_768, 140_000])
def test_a_cell_longer_than_a_spreadsheet_holds(length: int) -> None:
    fault = faults_of("person,x\na,1\nb," + "y" * length + "\n")[0]
    assert fault.row == 3
    assert "longer than 32767" in fault.message


def test_columns_without_a_name_or_twice_and_rows_too_long_all_at_once() -> None:
    faults = faults_of("person,,x,x\na,1,2,3\nb,1,2,3,4\n")
    assert [(fault.row, fault.column) for fault in faults] == [(1, None), (1, "x"), (3, None)]
    assert "Column 2 has no name" in faults[0].message
    assert "there twice" in faults[1].message
    assert "more cells than the header, which has 4" in faults[2].message


def test_a_large_file_is_refused_before_it_is_read() -> None:
    fault = faults_of(b"\xff" * 50_000_000)[0]
    assert "50.0 MB; at most 20 MB" in fault.message
    assert "Split" in fault.remedy


def test_a_large_file_on_disk_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"person\n" + b"a\n" * 100)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was opened"))
    with pytest.raises(TableError, match=r"at most 0\.0001 MB"):
        read_table_file(path, max_bytes=100)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"none\.csv cannot be read: No such file"):
        read_table_file(tmp_path / "none.csv")


def test_a_file_on_disk(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(NAMES, encoding="utf-8")
    assert len(read_table_file(tmp_path / "t.csv").rows) == 2


def test_too_many_rows_and_columns() -> None:
    assert faults_of("person\n" + "a\n" * 11, max_rows=10)[0].row == 12
    assert "5001 columns" in faults_of(",".join(f"c{n}" for n in range(5001)) + "\n1\n")[0].message


def test_beyond_a_thousand_faults_the_rest_are_counted() -> None:
    faults = faults_of("person\n" + "a,b\n" * 1500)
    assert len(faults) == 1001
    assert faults[-1].message == "There are 500 more faults."


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel file"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"<html><table>", "web page"),
        (b"{\\rtf1", "text document"),
    ],
)
def test_files_of_other_kinds(start: bytes, said: str) -> None:
    assert said in faults_of(start + b" and more")[0].message


def test_a_fault_reads_as_a_sentence() -> None:
    assert str(TableFault(4, "x", "Wrong.", "Mend it.")) == "row 4, column x: Wrong. Mend it."
    assert str(TableFault(None, "x", "Wrong.", "Mend it.")) == "column x: Wrong. Mend it."
    assert str(TableFault(None, None, "Wrong.", "Mend it.")) == "Wrong. Mend it."


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_clear_error(data: bytes) -> None:
    try:
        table = read_table(data, "any")
    except TableError as error:
        faults, rows = error.faults, []
    else:
        faults, rows = [], table.rows
        assert all(tuple(row.values) == table.columns for row in rows)
    assert bool(faults) != bool(rows)
    assert all(fault.message and fault.remedy for fault in faults)


def test_a_wide_table_may_have_fewer_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty cells weigh nothing in the file and much in memory."""
    monkeypatch.setattr("questionnaires.tables.MAX_CELLS", 12)
    assert len(read_table(b"a,b,c,d\n" + b"1,,,\n" * 3).rows) == 3
    with pytest.raises(TableError, match="more than 3 rows"):
        read_table(b"a,b,c,d\n" + b"1,,,\n" * 4)
