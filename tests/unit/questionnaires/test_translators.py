"""The translators' table: everything that people read, out and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from questionnaires import shelf
from questionnaires.definition import STATEMENTS
from questionnaires.loading import QuestionnaireError, load_text
from questionnaires.table_faults import TableError
from questionnaires.translators import TranslationRefused, export, guarded, places, read, unguarded
from tests.unit.questionnaires.samples_folder import NAMES, sample
from tests.unit.questionnaires.workbooks import workbook

BANK = shelf.get("customer-orientation")
BANK_ONCE = shelf.get("customer-orientation", "1.0.0")
Rows = list[list[str]]


def rows_of(text: str) -> Rows:
    return list(csv.reader(io.StringIO(text)))


def data_of(rows: Rows) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def changed(change: Callable[[Rows], object], questionnaire=BANK) -> bytes:
    rows = rows_of(export(questionnaire))
    change(rows)
    return data_of(rows)


def back(data: bytes, questionnaire=BANK, version: str = "9.0.0"):
    return read(questionnaire, data, version, "2026-11-22", "Texts corrected.")


def faults(data: bytes, questionnaire=BANK) -> list[str]:
    with pytest.raises(TableError) as caught:
        back(data, questionnaire)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(("name", "version"), shelf.available())
def test_the_library_comes_back_as_it_was(name: str, version: str) -> None:
    questionnaire = shelf.get(name, version)
    made = back(export(questionnaire).encode(), questionnaire)
    assert not made.changed
    assert made.questionnaire.texts_identity == questionnaire.texts_identity
    assert made.questionnaire.scoring_identity == questionnaire.scoring_identity
    assert made.questionnaire.version == "9.0.0"
    assert made.questionnaire.history[-1].note == "Texts corrected."
    assert export(made.questionnaire) == export(questionnaire)


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_comes_back_as_it_was(name: str) -> None:
    questionnaire = sample(name)
    assert (
        back(export(questionnaire).encode(), questionnaire).questionnaire.texts_identity == questionnaire.texts_identity
    )


def test_a_row_for_every_text() -> None:
    heading, *rows = rows_of(export(BANK))
    assert heading == ["path", "note", "source", "en", "ru", "lt"]
    assert len({row[0] for row in rows}) == len(rows) == sum(1 for _ in places(BANK))
    by_path = {row[0]: row for row in rows}
    item = BANK.items[0]
    assert by_path[f"items.{item.id}.stem"][3:] == [item.stems[each] for each in BANK.languages]
    assert by_path[f"items.{item.id}.options.a.text"][2] == item.options[0].texts["en"]
    assert "candidates never see it" in by_path[f"items.{item.id}.options.a.reason"][1]
    service = rows_of(export(shelf.get("internal-service")))
    kinds = {row[0].split(".", 2)[-1].rstrip("12345.") for row in service[1:] if row[0].startswith("items.")}
    assert {"scale.labels", "scale.anchors", "not_observed"} <= kinds


def test_a_corrected_text_changes_texts_only() -> None:
    def correct(rows: Rows) -> None:
        rows[1][5] = "Kitas pavadinimas"

    made = back(changed(correct))
    assert made.changed == {"lt": 1}
    assert made.questionnaire.titles["lt"] == "Kitas pavadinimas"
    assert made.questionnaire.titles["en"] == BANK.titles["en"]
    assert made.questionnaire.scoring_identity == BANK.scoring_identity
    assert made.questionnaire.texts_identity != BANK.texts_identity


def test_statements_per_language_are_translated_and_others_are_not() -> None:
    service = shelf.get("internal-service")
    assert not [row for row in rows_of(export(BANK_ONCE)) if row[0] in STATEMENTS]
    rows = rows_of(export(service, ("pl",)))
    assert [row[0] for row in rows if row[0] in STATEMENTS] == list(STATEMENTS)
    for row in rows[1:]:
        row[6] = f"{row[0]} po polsku"
        row[5] = "Parengė autoriai." if row[0] == "authorship" else row[5]
    made = back(data_of(rows), service).questionnaire
    assert made.statement("authorship", "lt") == "Parengė autoriai."
    assert made.statement("licence", "pl") == "licence po polsku"
    assert made.statement("review", "ru") == service.statement("review", "ru")


def test_the_original_is_corrected_in_its_own_column() -> None:
    def correct(rows: Rows) -> None:
        rows[1][3] = "Another title"

    assert back(changed(correct)).questionnaire.titles["en"] == "Another title"


def test_a_further_language_can_be_added() -> None:
    rows = rows_of(export(sample("likert"), ("pl",)))
    place = rows[0].index("pl")
    assert all(row[place] == "" for row in rows[1:])
    for row in rows[1:]:
        row[place] = "Tekst"
    made = back(data_of(rows), sample("likert")).questionnaire
    assert made.languages == (*sample("likert").languages, "pl")
    assert made.items[0].stems["pl"] == "Tekst"
    assert made.scoring_identity == sample("likert").scoring_identity


def test_a_further_language_is_whole_or_refused() -> None:
    found = faults(export(sample("likert"), ("pl",)).encode(), sample("likert"))
    assert found[0] == "row 2, column pl: There is no text for title. Translate the text in source."
    assert len(found) == sum(1 for _ in places(sample("likert")))


def test_every_fault_is_told_at_once() -> None:
    def spoil(rows: Rows) -> None:
        rows[1][4] = ""
        rows[2][2] = "An older text"
        rows[3][0] = "items.unknown.stem"
        rows[5][0] = rows[4][0]

    rows = rows_of(export(BANK))
    source, path, twice, *gone = faults(changed(spoil))[1:]
    assert faults(changed(spoil))[0] == "row 2, column ru: There is no text for title. Translate the text in source."
    assert source.startswith("row 3, column source: This is not the text of this version of the questionnaire.")
    assert source.endswith("to correct the original, write into the column en.")
    assert path.startswith('row 4, column path: "items.unknown.stem" is no text of this questionnaire.')
    assert twice == f"row 6, column path: {rows[4][0]} stands in row 5 already. Keep one of the two rows."
    assert gone == [
        f"column path: The row of {rows[place][0]} is missing. Bring it back from the exported table."
        for place in (3, 5)
    ]


def test_gaps_stay_as_they_are() -> None:
    source = load_text(sample("open-text").source.replace("Tell us", "Dear {name}, tell us %(when)s"))
    rows = rows_of(export(source, ("lt",)))
    for row in rows[1:]:
        row[4] = "Tekstas"
    (found,) = faults(data_of(rows), source)
    assert "column lt: The gaps differ from those of the original. Write %(when)s, {name}" in found or (
        "column lt: The gaps differ from those of the original. Write {name}, %(when)s" in found
    )


def test_columns_that_are_missing_or_strange() -> None:
    assert faults(changed(lambda rows: rows[0].__setitem__(0, "place"))) == [
        "There is no column path. Keep the columns of the table as they were written."
    ]
    (found,) = faults(changed(lambda rows: [row.append("x") for row in rows[:1]] and rows[0].__setitem__(6, "Polish")))
    assert "Polish is no language code" in found


def test_the_version_must_be_later() -> None:
    for version in ("1.0.0", "0.9.9"):
        with pytest.raises(TranslationRefused, match="is not later than"):
            back(export(BANK).encode(), version=version)


def test_faults_of_the_format_are_told_too() -> None:
    with pytest.raises(QuestionnaireError, match="a version such as"):
        back(export(BANK).encode(), version="9.0")
    with pytest.raises(QuestionnaireError, match="characters long"):
        back(changed(lambda rows: rows[1].__setitem__(5, "x" * 6000)))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+370",
        "-5 %",
        "@name",
        "|x",
        "'=x",
        "'t is",
        "''",
        "  =1",
        "„=1",
        "\t=1",
        "＝1",
        "−5",
        "\u200b=1",
        "\n-x",
    ],
)
def test_formulas_are_made_harmless_and_come_back(text: str) -> None:
    cell = guarded(text)
    assert cell == f"'{text}"
    assert unguarded(cell) == text


@pytest.mark.parametrize("text", ["I ask her.", "– Sveiki!", "„Taip“", "5 = 5", "", "a'b", "№ 5"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


def test_texts_that_look_like_formulas_travel_through_the_table() -> None:
    source = load_text(sample("open-text").source.replace("Tell us", "=HYPERLINK(1) -> @you <b> & us"))
    table = export(source)
    cells = [cell for row in rows_of(table) for cell in row]
    assert [cell for cell in cells if cell.startswith("'=HYPERLINK")]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert back(table.encode(), source).questionnaire.texts_identity == source.texts_identity


def test_a_table_saved_as_a_workbook_comes_back_too() -> None:
    rows = rows_of(export(BANK))
    rows[1][4] = "Другое название"
    made = back(workbook(*rows))
    assert made.changed == {"ru": 1}
    assert made.questionnaire.titles["ru"] == "Другое название"
