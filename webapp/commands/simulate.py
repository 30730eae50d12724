"""`makings simulate`: a company with known truth, as plain tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from questionnaires.answers import AnswerSheet, answer_row, columns_of
from questionnaires.definition import Questionnaire
from questionnaires.faults import QuestionnaireError
from questionnaires.loading import load, load_text
from scoring.errors import ScoringError
from scoring.simulation.company import Simulation, simulate_on
from scoring.simulation.company import simulate as simulate_world
from scoring.simulation.worlds import WORLDS
from webapp.commands.plain_files import csv_text, in_words, write_whole


@click.command()
@click.option("--world", required=True, type=click.Choice(list(WORLDS)), help="Three strengths, then single troubles.")
@click.option("--staff", required=True, type=click.IntRange(2, 100_000), help="How many rated people.")
@click.option("--applicants", required=True, type=click.IntRange(0, 1_000_000))
@click.option("--seed", required=True, type=click.IntRange(min=0))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder.")
@click.option("--facets", default=8, show_default=True, type=click.IntRange(1, 100))
@click.option("--items-per-facet", default=3, show_default=True, type=click.IntRange(1, 100))
@click.option("--questionnaire", type=click.Path(exists=True, path_type=Path), help="Simulate answers to this one.")
@click.option("--form", default=None, help="Simulate answers to this form of the questionnaire only.")
@click.option("--unit-size", default=20, show_default=True, type=click.IntRange(2, 10_000))
@click.option("--rating-scale", nargs=2, type=int, default=None, help="Round ratings to whole numbers, as 1 5.")
def simulate(
    world: str,
    staff: int,
    applicants: int,
    seed: int,
    out: Path,
    facets: int,
    items_per_facet: int,
    questionnaire: Path | None,
    form: str | None,
    unit_size: int,
    rating_scale: tuple[int, int] | None,
) -> None:
    """Write questionnaire.yaml, answers.csv, ratings.csv, applicants.csv and truth.csv. All is simulated."""
    if form is not None and questionnaire is None:
        raise click.UsageError("--form says which form of a --questionnaire is answered; give both.")
    with in_words(ScoringError, QuestionnaireError):
        if questionnaire is None:
            simulation = simulate_world(
                world,
                staff,
                applicants,
                seed,
                facets=facets,
                items_per_facet=items_per_facet,
                unit_size=unit_size,
                rating_scale=rating_scale,
            )
        else:
            given = load(questionnaire)
            _check_form(given, form)
            simulation = simulate_on(
                given, world, staff, applicants, seed, form_id=form, unit_size=unit_size, rating_scale=rating_scale
            )
        texts = _tables(simulation, form)
    write_whole({out / name: text for name, text in texts.items()})
    click.echo(f"Simulated: {staff} staff and {applicants} applicants in the {world} world, in {out}.")


def _check_form(questionnaire: Questionnaire, form: str | None) -> None:
    forms = [each.id for each in questionnaire.forms]
    if form is not None and form not in forms:
        raise click.UsageError(f"{questionnaire.name} has no form “{form}”; it has {', '.join(forms)}.")


def _tables(simulation: Simulation, form: str | None) -> dict[str, str]:
    text = simulation.questionnaire_text()
    questionnaire = load_text(text)
    return {
        "questionnaire.yaml": text,
        "answers.csv": _answers(questionnaire, form, simulation.staff_sheets(), ("person", "unit")),
        "ratings.csv": csv_text(("ratee", "rater", "rating"), (rating[:3] for rating in simulation.rating_list())),
        "applicants.csv": _answers(questionnaire, form, simulation.applicant_sheets(), ("person",)),
        "truth.csv": csv_text(("person", "trait", "performance"), _truth(simulation)),
    }


def _answers(
    questionnaire: Questionnaire, form: str | None, sheets: Iterable[AnswerSheet], about: tuple[str, ...]
) -> str:
    columns = (*about, *columns_of(questionnaire, form))
    rows = (answer_row(sheet, questionnaire, form) for sheet in sheets)
    return csv_text(columns, ([row[column] for column in columns] for row in rows))


def _truth(simulation: Simulation) -> Iterator[tuple[str, float, float]]:
    for people in (simulation.staff, simulation.applicants):
        yield from zip(people.ids, people.trait.tolist(), people.performance.tolist(), strict=True)
