"""`makings questionnaire forms`, `variant`, `booklet`, `translations-export` and `-import`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from questionnaires import shelf
from questionnaires.loading import load
from tests.unit.questionnaires.samples_folder import SAMPLES
from webapp.commands.questionnaire import questionnaire

BANK = shelf.get("customer-orientation")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(questionnaire, [str(each) for each in arguments])


def test_check_takes_a_name_of_the_library() -> None:
    result = run("check", "test-reaction", "--strict")
    assert result.exit_code == 0
    assert "test-reaction 1.0.0: no faults" in result.output


def test_strict_ends_with_one_below_the_standard() -> None:
    path = SAMPLES / "best-worst.yaml"
    assert run("check", path).exit_code == 0
    assert "standard: " not in run("check", path).output
    result = run("check", path, "--strict")
    assert result.exit_code == 1
    assert "standard: form A: has 0 of 1 items at logistics; one in 8" in result.output
    assert "below the standard of the library." in result.output


def test_strict_ends_with_one_on_advice_as_well() -> None:
    assert run("check", SAMPLES / "likert.yaml", "--strict").exit_code == 1


def test_an_old_version_is_said_to_be_superseded(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "customer-orientation 1.0.0 is superseded by 2.0.0."
    entries = [("customer-orientation", "1.0.0")]
    monkeypatch.setattr(shelf, "available", lambda: entries)
    path = shelf.LIBRARY / "customer-orientation" / "1.0.0.yaml"
    assert said not in run("check", path).output
    entries.append(("customer-orientation", "2.0.0"))
    assert run("check", path).output.splitlines()[-1] == said


def test_forms_are_compared() -> None:
    result = run("forms", SAMPLES / "two-forms.yaml", "--items")
    assert "form A" in result.output
    assert result.exit_code == (1 if "not matched: " in result.output else 0)
    one = run("forms", "test-reaction")
    assert one.exit_code == 0
    assert one.output.endswith("One form only; there is nothing to match it with.\n")


def test_forms_that_are_not_matched_end_with_one(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    text = (SAMPLES / "two-forms.yaml").read_text("utf-8")
    path.write_text(text.replace("id: a1,", "id: a1, facet: needs,"), "utf-8")
    result = run("forms", path)
    assert result.exit_code == 1
    assert "not matched: forms A and B: 1 and 0 items of needs" in result.output


def test_a_variant_is_written(tmp_path: Path) -> None:
    out = tmp_path / "rated.yaml"
    result = run("variant", "customer-orientation", "--rate-each", out)
    assert result.exit_code == 0
    assert load(out).name == "customer-orientation-rated"
    assert "models of customer-orientation do not score it" in result.output


def test_a_variant_of_nothing_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "rated.yaml"
    result = run("variant", "test-reaction", "--rate-each", out)
    assert result.exit_code == 2
    assert "no item lets people choose among options" in result.output
    assert not out.exists()


def test_a_booklet_and_its_key_are_written(tmp_path: Path) -> None:
    out = tmp_path / "booklet.pdf"
    result = run("booklet", "customer-orientation", out, "--form", "A", "--language", "lt", "--with-key")
    assert result.exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "booklet-key.pdf").read_bytes().startswith(b"%PDF-")
    assert len(result.output.splitlines()) == 2


def test_without_asking_no_key_is_written(tmp_path: Path) -> None:
    run("booklet", "customer-orientation", tmp_path / "booklet.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["booklet.pdf"]


def test_a_booklet_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    result = run("booklet", "customer-orientation", tmp_path / "booklet.pdf", "--language", "pl")
    assert result.exit_code == 2
    assert "is not written in pl, but in en, ru, lt" in result.output
    assert list(tmp_path.iterdir()) == []


def test_translations_go_out_and_come_back(tmp_path: Path) -> None:
    table, out = tmp_path / "texts.csv", tmp_path / "next.yaml"
    assert run("translations-export", "customer-orientation", table).exit_code == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbfpath,note,source,en,ru,lt\n")
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8-sig"))))
    rows[1][5] = "Kitas pavadinimas"
    with table.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
    result = run("translations-import", "customer-orientation", table, out, "--as-version", "9.0.0")
    assert result.exit_code == 0
    assert "texts changed: 1 in lt; the scoring identity is the same" in result.output
    made = load(out)
    assert (made.titles["lt"], made.version) == ("Kitas pavadinimas", "9.0.0")
    assert made.scoring_identity == BANK.scoring_identity


def test_a_table_with_faults_writes_nothing(tmp_path: Path) -> None:
    table, out = tmp_path / "texts.csv", tmp_path / "next.yaml"
    run("translations-export", "customer-orientation", table)
    table.write_text(table.read_text("utf-8-sig").replace("title,", "titel,", 1), "utf-8")
    result = run("translations-import", "customer-orientation", table, out, "--as-version", "9.0.0")
    assert result.exit_code == 2
    assert '"titel" is no text of this questionnaire' in result.output
    assert "The row of title is missing" in result.output
    assert not out.exists()


@pytest.mark.parametrize("command", ["check", "forms"])
def test_names_and_files_that_are_not_there(command: str) -> None:
    assert "There is no questionnaire nothing on the shelf" in run(command, "nothing").output
    result = run(command, "nothing.yaml")
    assert result.exit_code == 2
    assert "does not exist" in result.output
