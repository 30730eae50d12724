"""`makings severity` on plain files: exact columns, whole outputs or none, faults in words."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scoring.severity.fitting import fit_one
from scoring.simulation.company import simulate
from webapp.commands.severity import severity


def run(folder: Path, text: str | bytes, *more: str) -> Result:
    source = folder / "ratings.csv"
    source.write_bytes(text if isinstance(text, bytes) else text.encode())
    outputs = ["--out", str(folder / "effects.csv"), "--json", str(folder / "components.json")]
    return CliRunner().invoke(severity, ["--ratings", str(source), *outputs, *more])


def simulated(competence: str | None = None) -> str:
    rows = [(r.ratee, r.rater, r.rating) for r in simulate("typical", 30, 0, 1).rating_list()]
    head = "ratee,rater,rating" + (",competence" if competence else "")
    return "\n".join([head, *(",".join([*map(str, row), *([competence] if competence else [])]) for row in rows)])


def test_writes_effects_and_components(tmp_path):
    result = run(tmp_path, simulated())
    fit = fit_one(simulate("typical", 30, 0, 1).rating_list())
    with (tmp_path / "effects.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    report = json.loads((tmp_path / "components.json").read_text())
    assert result.exit_code == 0
    assert list(rows[0])[:6] == ["ratee", "competence", "effect", "reliability", "raters", "component"]
    assert list(rows[0])[6:] == ["standard_score", "deregressed", "weight", "flags"]
    assert [float(row["effect"]) for row in rows] == fit.effect.tolist()
    assert report["reml_criterion"] == fit.components.reml_criterion
    assert {"mean", "ratee", "rater", "residual", "method", "seconds"} <= set(report)
    assert report["method"] == "reml"
    assert report["counts"] == {"ratees": 30, "raters": len(fit.rater_ids), "components": 1}
    assert report["parts"] == [{"component": 1, "ratees": 30}]
    assert "monte_carlo_error" not in report


def test_parts_and_people_with_few_raters_are_said(tmp_path):
    lone = "X1,Y1,3.5\nX1,Y2,3.1"
    result = run(tmp_path, f"{simulated()}\n{lone}")
    with (tmp_path / "effects.csv").open(newline="") as file:
        rows = {row["ratee"]: row for row in csv.DictReader(file)}
    report = json.loads((tmp_path / "components.json").read_text())
    assert report["parts"] == [{"component": 1, "ratees": 30}, {"component": 2, "ratees": 1}]
    assert report["flags"] == {"few_raters": 1, "alone": 1}
    assert rows["X1"]["flags"] == "few_raters;alone"
    assert rows["X1"]["standard_score"] == ""
    assert {row["flags"] for ratee, row in rows.items() if ratee != "X1"} == {""}
    assert "2 parts" in result.stderr


def test_a_monte_carlo_fit_says_its_error(tmp_path, monkeypatch):
    monkeypatch.setattr(fit_one, "__kwdefaults__", {**fit_one.__kwdefaults__, "largest_exact": 10})
    result = run(tmp_path, simulated())
    report = json.loads((tmp_path / "components.json").read_text())
    assert report["method"] == "monte-carlo-reml"
    assert "reml_criterion" not in report
    assert all(0 < error < 1 for error in report["monte_carlo_error"])
    assert "own error is" in result.stderr


def test_several_competences_are_told_apart(tmp_path):
    second = simulated("team").splitlines()[1:]
    result = run(tmp_path, "\n".join([simulated("service"), *second]))
    with (tmp_path / "effects.csv").open(newline="") as file:
        names = [row["competence"] for row in csv.DictReader(file)]
    assert result.exit_code == 0
    assert names == ["service"] * 30 + ["team"] * 30 + [""] * 30
    assert set(json.loads((tmp_path / "components.json").read_text())["competences"]) == {"service", "team"}


def test_reads_what_excel_writes(tmp_path):
    assert run(tmp_path, simulated().replace(",", ";").encode("utf-16")).exit_code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["empty"]),
        ("ratee,rater,mark\na,b,1", ["column rating", "column mark"]),
        ("ratee,rater,rating\na,a,1\nb,c,x", ["row 2, column rater", "row 3, column rating"]),
        ("ratee,rater,rating\na,b,9", ["row 2, column rating", "outside the scale from 1 to 5"]),
        ("ratee,rater,rating\na,,1\nb,,2", ["who gave each rating"]),
        ("ratee,rater,rating\na,b,1\nb,c,2\nc,b,2", ["Only 3 people"]),
        ("ratee,rater,rating\na,b,3\nc,b,3\nd,b,3", ["All 3 ratings are 3"]),
        ("ratee,rater,rating\na,b,1\nc,b,2\nd,b,2\ne,b,3", ["one rater"]),
        ("ratee,rater,rating\na,b,1\na,c,2\na,d,2", ["Only one person is rated"]),
        ("ratee,rater,rating\na,b,nan\na,c,inf", ["row 2, column rating", "row 3, column rating", "not a number"]),
        ("ratee,rater,rating\na,b,1e400\na,c,1", ["row 2, column rating", "not a number"]),
        ("ratee,rater,rating\na,b,2\na,b,2", ["row 3, column ratee", "already rates", "Keep one"]),
    ],
)
def test_faults_are_listed_and_nothing_is_written(tmp_path, text, words):
    result = run(tmp_path, text, "--scale", "1", "5")
    assert result.exit_code == 2
    assert all(word in result.stderr for word in words)
    assert [path.name for path in tmp_path.iterdir()] == ["ratings.csv"]


def test_an_output_that_cannot_be_written_leaves_none_behind(tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    result = run(tmp_path, simulated(), "--json", str(tmp_path / "blocked" / "components.json"))
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blocked", "ratings.csv"]


def test_a_number_no_scale_reaches_is_refused_where_it_stands(tmp_path):
    result = run(tmp_path, "ratee,rater,rating\na,b,1e300\na,c,1")
    assert result.exit_code == 2
    assert "row 2, column rating: The rating 1e300 cannot be meant" in result.stderr
