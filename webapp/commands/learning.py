"""`makings fit` and `makings score`: train a model on plain tables, and score people with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from models import registry, training
from models.errors import ModelError
from models.trained import Score, TrainedModel
from questionnaires.answers import AnswerSheet, parse_answer_table
from questionnaires.definition import Questionnaire
from questionnaires.faults import QuestionnaireError
from questionnaires.loading import load
from questionnaires.tables import TableError, read_table_file
from scoring.errors import ScoringError
from scoring.ranking import rank_people
from scoring.ratings import Rating, parse_rating_table
from webapp.commands.plain_files import csv_text, in_words, rising, write_whole

COLUMNS = (
    "person",
    "score",
    "p_top_third",
    "expected_rating",
    "lower_90",
    "upper_90",
    "rank",
    "tie_group",
    "flags",
)
MAX_BYTES = 500_000_000
MAX_ROWS = 2_000_000
REFUSALS = (TableError, QuestionnaireError, ModelError, ScoringError)

in_file = click.Path(exists=True, dir_okay=False, path_type=Path)
in_folder = click.Path(exists=True, file_okay=False, path_type=Path)
out_file = click.Path(dir_okay=False, path_type=Path)
out_folder = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--questionnaire", "asked", required=True, type=in_file, help="The questionnaire, as YAML.")
@click.option("--answers", required=True, type=in_file, help="Table: person[, unit, job_family], answers.")
@click.option("--ratings", required=True, type=in_file, help="Table: ratee, rater, rating[, competence].")
@click.option("--out", required=True, type=out_folder, help="The folder that the model goes to.")
@click.option("--form", default=None, help="The form that was answered; the first one by default.")
@click.option("--criterion", default=None, help="The competence to predict; by default the mean of all.")
@click.option("--scale", nargs=2, type=float, callback=rising, help="Lowest and highest possible rating.")
@click.option("--binary", is_flag=True, help="Ratings are 0 and 1: p_top_third is the probability of a 1.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Of the folds.")
@click.option("--report", type=out_file, default=None, help="Where the figures go, as JSON.")
def fit(
    asked: Path,
    answers: Path,
    ratings: Path,
    out: Path,
    form: str | None,
    criterion: str | None,
    scale: tuple[float, float] | None,
    binary: bool,
    seed: int,
    report: Path | None,
) -> None:
    """Train a model on staff's answers and ratings, with cross-validated figures."""
    with in_words(*REFUSALS):
        registry.check_free(out)
        questionnaire = load(asked)
        sheets = _sheets(answers, questionnaire)
        given = _ratings(ratings, scale)
        prepared = training.prepare(
            questionnaire,
            sheets,
            given,
            form_id=form,
            criterion=criterion,
            scale=scale,
            binary=binary,
            seed=seed,
        )
        model = training.fit(prepared, training.validate(prepared))
        _keep(model, out, report)
    click.echo("\n".join([_joined(prepared), *_told(model), f"Model: {out}"]))


@click.command()
@click.option("--model", "folder", required=True, type=in_folder, help="The folder that fit has written.")
@click.option("--answers", required=True, type=in_file, help="Table: person, answers.")
@click.option("--out", required=True, type=out_file, help="Where the scores go, as CSV.")
def score(folder: Path, answers: Path, out: Path) -> None:
    """Score and rank people with a trained model.

    With a binary criterion, p_top_third and expected_rating are the probability of a 1. Where the key alone
    scores, the probability, the expected rating and its interval are empty.
    """
    with in_words(*REFUSALS):
        model = registry.load(folder)
        scores = model.score(_sheets(answers, model.questionnaire))
    write_whole({out: csv_text(COLUMNS, _rows(scores, model.manifest.sed))})
    without = sum(each.score is None for each in scores)
    click.echo(f"Scored {len(scores) - without} of {len(scores)} people with {_name(model)}.")
    if without:
        click.echo(f"{without} answered less than 80 % and have no score (flag “incomplete”).", err=True)


def _keep(model: TrainedModel, out: Path, report: Path | None) -> None:
    """Write the model and its report, both or neither."""
    if report is not None:
        write_whole({report: json.dumps(model.manifest.to_plain(), indent=2, ensure_ascii=False) + "\n"})
    try:
        registry.save(model, out)
    except ModelError:
        if report is not None:
            report.unlink(missing_ok=True)
        raise


def _sheets(path: Path, questionnaire: Questionnaire) -> list[AnswerSheet]:
    with _named(path):
        table = read_table_file(path, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)
        return parse_answer_table(table, questionnaire)


def _ratings(path: Path, scale: tuple[float, float] | None) -> list[Rating]:
    with _named(path):
        table = read_table_file(path, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)
        return parse_rating_table(table, scale=scale)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say which of the files a fault is in."""
    try:
        yield
    except TableError:
        click.echo(f"{path}:", err=True)
        raise


def _joined(prepared: training.Prepared) -> str:
    return (
        f"{prepared.answered} people have answers, {prepared.rated} have ratings, "
        f"{prepared.n + prepared.left_out} have both."
    )


def _told(model: TrainedModel) -> Iterator[str]:
    figures = model.manifest.figures
    if figures["r"] is not None:
        yield f"Cross-validated r {figures['r']:.3f} ({figures['r_low']:.3f} to {figures['r_high']:.3f})" + (
            f", key alone {figures['key_r']:.3f}." if figures["key_r"] is not None else "."
        )
        yield (
            f"AUC {_known(figures['auc'])}, Brier {figures['brier']:.4f} (base rate {figures['brier_base']:.4f}), "
            f"calibration slope {_slope(figures['slope'])}."
        )
    yield from figures["notes"]


def _known(value: float | None) -> str:
    return "not known" if value is None else f"{value:.3f}"


def _slope(slope: float | None) -> str:
    return "not known: everybody gets about the same probability" if slope is None else f"{slope:.2f}"


def _name(model: TrainedModel) -> str:
    manifest = model.manifest
    if manifest.kind == "key_only":
        return f"the key of {manifest.questionnaire} {manifest.version} (no local evidence)"
    return f"the model of {manifest.created} for {manifest.questionnaire} {manifest.version}"


def _rows(scores: Sequence[Score], sed: float | None) -> Iterator[tuple[object, ...]]:
    for each, place in zip(scores, rank_people([s.score for s in scores], sed), strict=True):
        yield (
            each.person,
            each.score,
            each.p_top_third,
            each.expected_rating,
            each.lower_90,
            each.upper_90,
            place.rank,
            place.tie_group,
            ";".join(each.flags),
        )
