"""`makings fit` and `makings score`, on plain tables."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from webapp.cli import main


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    made = run(
        *("simulate", "--world", "strong", "--staff", 60, "--applicants", 30, "--seed", 5),
        *("--out", folder, "--facets", 3, "--rating-scale", 1, 5),
    )
    assert made.exit_code == 0, made.output
    return folder


def fit(tables, out, **changed):
    given = {
        "questionnaire": tables / "questionnaire.yaml",
        "answers": tables / "answers.csv",
        "ratings": tables / "ratings.csv",
        **changed,
    }
    flags = [part for name, value in given.items() for part in (f"--{name}", value)]
    return run("fit", *flags, "--out", out)


@pytest.fixture(scope="module")
def model(tables):
    made = fit(tables, tables / "model", report=tables / "report.json")
    assert made.exit_code == 0, made.output
    assert "60 people have answers, 60 have ratings, 60 have both." in made.output
    return tables / "model"


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def edited(source, target, change):
    rows = rows_of(source)
    columns = list(rows[0])
    change(rows)
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return target


def test_scores_are_ranked_and_complete(tables, model, tmp_path):
    assert (
        run("score", "--model", model, "--answers", tables / "applicants.csv", "--out", tmp_path / "s.csv").exit_code
        == 0
    )
    rows = rows_of(tmp_path / "s.csv")
    assert list(rows[0]) == [
        *("person", "score", "p_top_third", "expected_rating", "lower_90", "upper_90"),
        *("rank", "tie_group", "flags"),
    ]
    assert len(rows) == 30
    ordered = sorted(rows, key=lambda row: -float(row["score"]))
    ranks = [int(row["rank"]) for row in ordered]
    assert ranks[0] == 1
    assert ranks == sorted(ranks)
    assert ordered[0]["tie_group"] == "1"
    assert all(1 <= float(row["lower_90"]) <= float(row["upper_90"]) <= 5 for row in rows)


def test_the_report_is_the_manifest(tables, model):
    report = json.loads((tables / "report.json").read_text())
    assert report["scale"] == [1.0, 5.0]
    assert report["figures"]["n"] == 60
    assert report["kind"] == "trained"


def test_training_again_gives_the_same_scores(tables, model, tmp_path):
    assert fit(tables, tmp_path / "again").exit_code == 0
    for name in ("model", "again"):
        folder = model if name == "model" else tmp_path / "again"
        run("score", "--model", folder, "--answers", tables / "applicants.csv", "--out", tmp_path / f"{name}.csv")
    assert (tmp_path / "model.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()


def test_columns_in_another_order_score_the_same(tables, model, tmp_path):
    rows = rows_of(tables / "applicants.csv")
    columns = list(rows[0])[::-1]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    for source, target in ((tables / "applicants.csv", "x.csv"), (tmp_path / "a.csv", "y.csv")):
        run("score", "--model", model, "--answers", source, "--out", tmp_path / target)
    assert (tmp_path / "x.csv").read_bytes() == (tmp_path / "y.csv").read_bytes()


def test_who_answered_too_little_is_flagged_and_unranked(tables, model, tmp_path):
    def blank(rows):
        for column in list(rows[0])[1:9]:
            rows[0][column] = ""

    answers = edited(tables / "applicants.csv", tmp_path / "a.csv", blank)
    made = run("score", "--model", model, "--answers", answers, "--out", tmp_path / "s.csv")
    assert "1 answered less than 80 %" in made.stderr
    row = rows_of(tmp_path / "s.csv")[0]
    assert (row["score"], row["rank"], row["tie_group"], row["flags"]) == ("", "", "", "incomplete")


def test_a_small_company_is_scored_by_the_key(tables, tmp_path):
    few = edited(tables / "ratings.csv", tmp_path / "r.csv", lambda rows: rows.__delitem__(slice(150, None)))
    made = fit(tables, tmp_path / "model", ratings=few)
    assert made.exit_code == 0
    assert "no local evidence" in made.output
    run("score", "--model", tmp_path / "model", "--answers", tables / "applicants.csv", "--out", tmp_path / "s.csv")
    row = rows_of(tmp_path / "s.csv")[0]
    assert row["p_top_third"] == row["lower_90"] == ""
    assert 0 <= float(row["score"]) <= 1


def test_every_fault_is_listed_with_its_place_and_nothing_is_left(tables, model, tmp_path):
    def spoil(rows):
        rows[0]["q01.best"] = "z"
        rows[3]["person"] = rows[2]["person"]

    answers = edited(tables / "applicants.csv", tmp_path / "bad.csv", spoil)
    made = run("score", "--model", model, "--answers", answers, "--out", tmp_path / "s.csv")
    assert made.exit_code == 2
    assert "row 2, column q01.best" in made.stderr
    assert "row 5, column person" in made.stderr
    assert "bad.csv" in made.stderr
    assert not (tmp_path / "s.csv").exists()


def test_ids_that_do_not_meet_are_explained(tables, tmp_path):
    def rename(rows):
        for row in rows:
            row["ratee"] = f"x{row['ratee']}"

    made = fit(tables, tmp_path / "model", ratings=edited(tables / "ratings.csv", tmp_path / "r.csv", rename))
    assert made.exit_code == 2
    assert "None of the 60 people with answers has a rating" in made.stderr
    assert "xS0001" in made.stderr
    assert not (tmp_path / "model").exists()


def test_a_tampered_model_is_refused(tables, model, tmp_path):
    import shutil

    shutil.copytree(model, tmp_path / "model")
    with (tmp_path / "model" / "model.skops").open("ab") as stream:
        stream.write(b"x")
    made = run(
        "score", "--model", tmp_path / "model", "--answers", tables / "applicants.csv", "--out", tmp_path / "s.csv"
    )
    assert made.exit_code == 2
    assert "model.skops: The file was changed after training." in made.stderr


def test_an_empty_table_and_a_wrong_scale_are_refused(tables, tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    assert fit(tables, tmp_path / "m", answers=tmp_path / "empty.csv").exit_code == 2
    made = run(
        *("fit", "--questionnaire", tables / "questionnaire.yaml", "--answers", tables / "answers.csv"),
        *("--ratings", tables / "ratings.csv", "--out", tmp_path / "m", "--scale", 2, 3),
    )
    assert made.exit_code == 2
    assert "outside the scale from 2 to 3" in made.stderr
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("ends", [("5", "1"), ("3", "3"), ("1", "inf"), ("nan", "5")])
def test_a_scale_that_does_not_rise_is_refused(tables, tmp_path, ends):
    files = [part for name in ("answers", "ratings") for part in (f"--{name}", tables / f"{name}.csv")]
    made = ("fit", "--questionnaire", tables / "questionnaire.yaml", *files, "--out", tmp_path / "model")
    result = run(*made, "--scale", *ends)
    assert result.exit_code == 2
    assert "give the lowest rating, then the highest" in result.stderr
    assert not (tmp_path / "model").exists()


def test_a_model_never_lands_on_something_else(tables, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("kept")
    made = fit(tables, tmp_path / "letters", report=tmp_path / "r.json")
    assert made.exit_code == 2
    assert "Something else is there already" in made.stderr
    assert not (tmp_path / "r.json").exists()


def test_a_report_that_cannot_be_written_leaves_no_model(tables, tmp_path):
    (tmp_path / "file").write_text("")
    made = fit(tables, tmp_path / "model", report=tmp_path / "file" / "r.json")
    assert made.exit_code == 2
    assert not (tmp_path / "model").exists()


def test_a_questionnaire_with_faults_is_refused(tables, tmp_path):
    (tmp_path / "q.yaml").write_text("format: 1\nname: x\n")
    made = fit(tables, tmp_path / "m", questionnaire=tmp_path / "q.yaml")
    assert made.exit_code == 2
    assert "line" in made.stderr
