"""`makings simulate` writes tables that the product itself reads."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from questionnaires.answers import parse_answer_table
from questionnaires.loading import load
from questionnaires.tables import read_table_file
from scoring.ratings import parse_rating_table
from scoring.simulation.company import simulate as simulate_world
from webapp.commands.simulate import simulate

FILES = ["answers.csv", "applicants.csv", "questionnaire.yaml", "ratings.csv", "truth.csv"]


def run(out: Path, *more: str) -> Result:
    options = ["--world", "typical", "--staff", "30", "--applicants", "7", "--seed", "5", "--out", str(out)]
    return CliRunner().invoke(simulate, [*options, *more])


def test_writes_five_files_that_the_product_reads(tmp_path):
    out = tmp_path / "new" / "company"
    assert run(out).exit_code == 0
    expected = simulate_world("typical", 30, 7, 5)
    questionnaire = load(out / "questionnaire.yaml")
    staff = parse_answer_table(read_table_file(out / "answers.csv"), questionnaire)
    applicants = parse_answer_table(read_table_file(out / "applicants.csv"), questionnaire)
    ratings = parse_rating_table(read_table_file(out / "ratings.csv"))
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert staff == expected.staff_sheets()
    assert applicants == expected.applicant_sheets()
    assert ratings == expected.rating_list()


def test_truth_covers_staff_and_applicants(tmp_path):
    run(tmp_path)
    with (tmp_path / "truth.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    expected = simulate_world("typical", 30, 7, 5)
    assert list(rows[0]) == ["person", "trait", "performance"]
    assert [row["person"] for row in rows] == [*expected.staff.ids, *expected.applicants.ids]
    assert float(rows[30]["trait"]) == expected.applicants.trait[0]


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    run(tmp_path / "a")
    run(tmp_path / "b")
    run(tmp_path / "c", "--seed", "6")
    contents = [[(tmp_path / name / file).read_bytes() for file in FILES] for name in "abc"]
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_no_applicants_is_an_empty_table(tmp_path):
    assert run(tmp_path, "--applicants", "0").exit_code == 0
    assert len((tmp_path / "applicants.csv").read_text().splitlines()) == 1


def test_simulates_on_a_given_questionnaire(tmp_path):
    run(tmp_path / "first", "--facets", "2", "--items-per-facet", "1")
    given = tmp_path / "first" / "questionnaire.yaml"
    result = run(tmp_path / "second", "--questionnaire", str(given), "--rating-scale", "1", "5")
    with (tmp_path / "second" / "ratings.csv").open(newline="") as file:
        ratings = {row["rating"] for row in csv.DictReader(file)}
    assert result.exit_code == 0
    assert (tmp_path / "second" / "questionnaire.yaml").read_text() == given.read_text()
    assert ratings <= {"1.0", "2.0", "3.0", "4.0", "5.0"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--world", "brilliant"], "brilliant"),
        (["--staff", "1"], "--staff"),
        (["--questionnaire", "{broken}"], "line 1"),
    ],
)
def test_bad_input_is_refused_and_nothing_written(tmp_path, options, words):
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: only a name\n")
    result = run(tmp_path / "out", *(option.format(broken=broken) for option in options))
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (tmp_path / "out").exists()


def test_one_form_of_a_questionnaire_is_answered(tmp_path):
    given = Path(__file__).parents[1] / "questionnaires" / "samples" / "two-forms.yaml"
    assert run(tmp_path, "--questionnaire", str(given), "--form", "B").exit_code == 0
    header = (tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "person,unit,b1,c1"


@pytest.mark.parametrize("more", [("--form", "A"), ("--questionnaire", "SAMPLE", "--form", "Z")])
def test_a_form_that_is_not_there_is_refused(tmp_path, more):
    given = Path(__file__).parents[1] / "questionnaires" / "samples" / "two-forms.yaml"
    result = run(tmp_path / "out", *(str(given) if word == "SAMPLE" else word for word in more))
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()
