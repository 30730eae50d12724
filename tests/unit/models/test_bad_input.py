"""Bad input, each kind through training and through `makings fit`: refused in words, or scored by the key."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from models.errors import ModelError
from models.training import train
from questionnaires.answers import AnswerSheet
from questionnaires.loading import load_text
from scoring.errors import ScoringError
from scoring.ratings import Rating
from tests.unit.instruments import company, every_format, instrument_of
from webapp.cli import main

STAFF = 60
Ratings = list[Rating]
Sheets = list[AnswerSheet]


@pytest.fixture(scope="module")
def sheets() -> Sheets:
    return company("strong", STAFF).staff_sheets()


@pytest.fixture(scope="module")
def ratings() -> Ratings:
    return company("strong", STAFF).rating_list()


@pytest.fixture(scope="module")
def questionnaire():
    return instrument_of("strong", STAFF)


def trained(sheets: Sheets, ratings: Ratings, **options: Any) -> Any:
    model = train(instrument_of("strong", STAFF), sheets, ratings, **options)
    json.dumps(model.manifest.to_plain(), allow_nan=False)
    assert model.card()
    assert model.score(company("strong", STAFF).applicant_sheets()[:3])[0].score is not None
    return model.manifest


def notes(manifest: Any) -> str:
    return " ".join(manifest.figures["notes"])


def constant(ratings: Ratings) -> Ratings:
    return [rating._replace(rating=3.0) for rating in ratings]


def doubled(ratings: Ratings) -> Ratings:
    return [*ratings, ratings[0]]


def with_value(value: float) -> Callable[[Ratings], Ratings]:
    return lambda ratings: [ratings[0]._replace(rating=value), *ratings[1:]]


def first(people: int) -> Callable[[Ratings], Ratings]:
    def chosen(ratings: Ratings) -> Ratings:
        names = sorted({rating.ratee for rating in ratings})[:people]
        return [rating for rating in ratings if rating.ratee in names]

    return chosen


def one_rater(ratings: Ratings) -> Ratings:
    return list({rating.ratee: rating._replace(rater="only") for rating in ratings}.values())


def two_islands(ratings: Ratings) -> Ratings:
    """Nobody in one half is rated by a rater of the other half."""
    names = sorted({rating.ratee for rating in ratings})
    half = set(names[: STAFF // 2])
    return [r._replace(rater=f"{r.rater}-{'a' if r.ratee in half else 'b'}") for r in ratings]


REFUSED = {
    "constant": (constant, "All ratings are 3"),
    "repeated": (doubled, "more than once"),
    "nan": (with_value(float("nan")), "no finite number"),
    "infinite": (with_value(float("inf")), "no finite number"),
    "none": (lambda ratings: [], "There are no ratings"),
    "strangers": (lambda ratings: [r._replace(ratee=f"x{r.ratee}") for r in ratings], "None of the 60 people"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_training_refuses_it_explains(name, sheets, ratings):
    spoil, said = REFUSED[name]
    with pytest.raises(ModelError, match=said) as error:
        trained(sheets, spoil(ratings))
    assert error.value.remedy


def test_one_rater_is_taken_as_given_and_said(sheets, ratings):
    manifest = trained(sheets, one_rater(ratings))
    assert manifest.kind == "trained"
    assert "one rater" in notes(manifest)
    assert manifest.figures["criterion_reliability"] is None
    assert manifest.figures["learning_curve"]["criterion_reliability"] is None


@pytest.mark.parametrize("people", [1, 3])
def test_very_few_are_scored_by_the_key_and_said(people, sheets, ratings):
    manifest = trained(sheets, first(people)(ratings))
    assert manifest.kind == "key_only"
    assert f"no local evidence: {people} staff" in notes(manifest)
    assert manifest.figures["canary"] is None


def test_answers_that_are_all_missing_leave_the_key(sheets, ratings):
    manifest = trained([AnswerSheet(sheet.person, {}) for sheet in sheets], ratings)
    assert manifest.kind == "key_only"
    assert "60 staff answered less than 80 %" in notes(manifest)


def test_people_who_are_given_twice_are_refused(sheets, ratings):
    with pytest.raises(ModelError, match="answers twice"):
        trained([*sheets, sheets[0]], ratings)


def test_islands_of_raters_are_normal_and_reported(sheets, ratings):
    manifest = trained(sheets, two_islands(ratings))
    assert manifest.kind == "trained"
    assert "parts without a common rater" in notes(manifest)


def test_an_option_never_chosen_is_normal_and_reported(sheets, ratings):
    def without_a(sheet: AnswerSheet) -> AnswerSheet:
        answer = {"best": "b", "worst": "c"} if "a" in sheet.answers["q01"].values() else sheet.answers["q01"]
        return replace(sheet, answers={**sheet.answers, "q01": answer})

    manifest = trained([without_a(sheet) for sheet in sheets], ratings)
    assert manifest.kind == "trained"
    assert {"q01.best=a", "q01.worst=a"} <= set(manifest.figures["item_statistics"]["never_chosen"])
    assert "never chosen" in notes(manifest)
    option = manifest.figures["item_statistics"]["items"][0]["options"][0]
    assert (option["id"], option["share_best"], option["share_worst"]) == ("a", 0.0, 0.0)


def test_a_model_refuses_another_questionnaire(sheets, ratings):
    model = train(instrument_of("strong", STAFF), sheets, ratings)
    with pytest.raises(ModelError, match="trained for"):
        model.score(sheets, every_format())


def test_answers_to_another_questionnaire_are_refused(sheets, ratings):
    with pytest.raises(ModelError, match="No answer belongs to an item") as error:
        train(every_format(), sheets, ratings)
    assert error.value.remedy


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_answers_that_are_no_numbers_are_refused_by_name(value):
    answers = {"rate": {"ratings": {"a": value, "b": 1, "c": 2}}, "agree": {"value": value}}
    sheets = [AnswerSheet(f"p{i}", answers if i == 3 else {"one": {"choice": "a"}}) for i in range(10)]
    ratings = [Rating(f"p{i}", None, float(i)) for i in range(10)]
    with pytest.raises(ModelError, match="An answer of “p3”") as error:
        train(every_format(), sheets, ratings)
    assert error.value.remedy


def test_only_ratings_that_compare_with_nobodys_are_refused(sheets):
    """Two raters a person, of whom nobody rates another: no severity, and nothing is centred or lost."""
    people = [sheet.person for sheet in sheets]
    given = [Rating(p, f"{p}-{k}", float((i * 7) % 5 + k)) for i, p in enumerate(people) for k in (0, 1)]
    manifest = trained(sheets, given)
    assert manifest.kind == "trained"


def test_a_binary_criterion_of_one_kind_is_refused(sheets, ratings):
    ones = [Rating(person, None, 1.0) for person in {rating.ratee for rating in ratings}]
    with pytest.raises((ModelError, ScoringError), match="All ratings are 1"):
        trained(sheets, ones, binary=True)


def test_an_event_too_rare_to_learn_from_is_refused(sheets, ratings):
    people = sorted({rating.ratee for rating in ratings})
    with pytest.raises(ModelError, match="Only 2 of 60 people have a rating of 1") as error:
        trained(sheets, [Rating(person, None, float(i < 2)) for i, person in enumerate(people)], binary=True)
    assert "either kind" in error.value.remedy


def test_an_event_of_one_unit_alone_still_has_a_report(sheets, ratings):
    """The fold that holds out this unit has nobody to learn the event from; the others are reported."""
    of_unit = {sheet.person for sheet in sheets if sheet.unit == "U01"}
    people = sorted({rating.ratee for rating in ratings})
    manifest = trained(sheets, [Rating(person, None, float(person in of_unit)) for person in people], binary=True)
    assert manifest.figures["folds_left_out"] == manifest.figures["repeats"]
    assert "could not be tried" in notes(manifest)
    assert manifest.figures["coverage_90"] is None
    assert manifest.figures["hire_or_retrain"]


def test_no_units_and_no_key_still_have_a_report(sheets, ratings):
    import re

    text = re.sub(r", key: \{mean: [0-9.]+\}", "", instrument_of("strong", STAFF).source)
    blind = load_text(re.sub(r"key_set_by: .*\n", "", text))
    model = train(blind, [AnswerSheet(sheet.person, sheet.answers) for sheet in sheets], ratings)
    figures = model.manifest.figures
    assert "No units are known" in notes(model.manifest)
    assert figures["resampled"] == "people"
    assert figures["learning_curve"]["forecast"]["status"] != "no_key"
    assert all(not facet["wins"] for facet in figures["facet_bands"])


# The same through the command line, from plain tables.


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    made = CliRunner().invoke(
        main,
        [
            *("simulate", "--world", "strong", "--staff", "60", "--applicants", "5", "--seed", "1"),
            *("--facets", "4", "--out", str(folder)),
        ],
    )
    assert made.exit_code == 0, made.output
    return folder


def edited(source: Path, target: Path, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> Path:
    with source.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(change(rows))
    return target


def fit(tables: Path, folder: Path, table: str, change: Callable[[Any], Any], *flags: str) -> Any:
    given = {name: tables / f"{name}.csv" for name in ("answers", "ratings")}
    given[table] = edited(given[table], folder / f"{table}.csv", change)
    parts = [str(part) for name, path in given.items() for part in (f"--{name}", path)]
    asked = str(tables / "questionnaire.yaml")
    return CliRunner().invoke(main, ["fit", "--questionnaire", asked, *parts, "--out", str(folder / "model"), *flags])


def set_all(column: str, value: str) -> Callable[[Any], Any]:
    return lambda rows: [{**row, column: value} for row in rows]


def of_people(number: int) -> Callable[[Any], Any]:
    def chosen(rows: Any) -> Any:
        names = sorted({row["ratee"] for row in rows})[:number]
        return [row for row in rows if row["ratee"] in names]

    return chosen


def blank(rows: Any) -> Any:
    return [{name: value if name in ("person", "unit") else "" for name, value in row.items()} for row in rows]


def single_rater(rows: Any) -> Any:
    return list({row["ratee"]: {**row, "rater": "only"} for row in rows}.values())


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("ratings", set_all("rating", "3"), "All ratings are 3"),
        ("ratings", lambda rows: [*rows, rows[0]], "already rates"),
        ("ratings", lambda rows: [{**rows[0], "rating": "nan"}, *rows[1:]], "is not a number"),
        ("ratings", lambda rows: [{**rows[0], "rating": "inf"}, *rows[1:]], "is not a number"),
        ("ratings", lambda rows: [], "nothing under it"),
        ("answers", lambda rows: [*rows, rows[0]], "row 62"),
    ],
)
def test_the_command_refuses_and_leaves_nothing(tables, tmp_path, table, change, said):
    made = fit(tables, tmp_path, table, change)
    assert made.exit_code == 2, made.output
    assert said in made.stderr
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("ratings", of_people(1), "no local evidence: 1 staff"),
        ("ratings", of_people(3), "no local evidence: 3 staff"),
        ("answers", blank, "answered less than 80 %"),
        ("ratings", single_rater, "one rater"),
    ],
)
def test_the_command_goes_on_and_says_so(tables, tmp_path, table, change, said):
    made = fit(tables, tmp_path, table, change)
    assert made.exit_code == 0, made.output
    assert said in made.output
    assert (tmp_path / "model" / "manifest.json").exists()


def test_the_command_refuses_answers_to_another_questionnaire(tables, tmp_path):
    (tmp_path / "other.yaml").write_text(every_format().source)
    made = fit(tables, tmp_path, "ratings", lambda rows: rows, "--questionnaire", str(tmp_path / "other.yaml"))
    assert made.exit_code == 2
    assert made.stderr.strip()
    assert not (tmp_path / "model").exists()
