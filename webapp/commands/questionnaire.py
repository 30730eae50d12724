"""`makings questionnaire`: for somebody who writes a questionnaire."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from questionnaires.craft import Finding, check
from questionnaires.craft_figures import LanguageFigures, best_of, figures, positions, worst_of
from questionnaires.definition import Questionnaire
from questionnaires.loading import QuestionnaireError, load
from webapp.commands.questionnaire_exchange import export_qti, read_qti

HEADINGS = ("language", "items", "length~key", "best longest", "best shortest", "and: best", "others", "stem", "option")


@click.group()
def questionnaire() -> None:
    """Check questionnaire files, and exchange them with other systems."""


questionnaire.add_command(export_qti)
questionnaire.add_command(read_qti)


@questionnaire.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_file(file: Path) -> None:
    """Say what is wrong with FILE, or how well it is written.

    Exits with 1 where there are faults. Advice alone is no fault.
    """
    try:
        loaded = load(file)
    except QuestionnaireError as error:
        _print_faults(file, error)
        sys.exit(1)
    _print_summary(loaded)
    _print_figures([figures(loaded, language) for language in loaded.languages])
    _print_places(loaded)
    _print_findings(check(loaded))


def _print_faults(file: Path, error: QuestionnaireError) -> None:
    for fault in error.faults:
        where = f" {fault.path}:" if fault.path else ""
        click.echo(f"{file}:{fault.line}:{where} {fault.message}")
    click.echo(f"{len(error.faults)} to mend. The format is described in docs/questionnaire-format.md.")


def _print_summary(loaded: Questionnaire) -> None:
    parts = [f"{len(loaded.items)} items", f"{len(loaded.practice)} for practice"]
    parts += [f"form {form.id}: {len(loaded.items_of(form.id))}" for form in loaded.forms]
    click.echo(f"{loaded.name} {loaded.version}: no faults; {', '.join(parts)}")
    click.echo(f"scoring identity {loaded.scoring_identity}")
    click.echo(f"texts identity   {loaded.texts_identity}")


def _print_figures(rows: list[LanguageFigures]) -> None:
    table = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(HEADINGS))]
    click.echo()
    for line in table:
        click.echo("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def _cells(row: LanguageFigures) -> tuple[str, ...]:
    shares = (row.best_is_longest, row.best_is_shortest, row.best_has_and, row.others_have_and)
    correlation = "-" if row.length_with_key is None else f"{row.length_with_key:+.2f}"
    percentages = ("-" if share is None else f"{share:.0%}" for share in shares)
    lengths = (f"{row.longest_stem} words", f"{row.longest_option} words")
    return (row.language, str(row.items), correlation, *percentages, *lengths)


def _print_places(loaded: Questionnaire) -> None:
    for name, choose in (("best", best_of), ("worst", worst_of)):
        counts = sorted(positions(loaded, choose).items())
        if counts:
            places = ", ".join(f"{place}: {count}" for place, count in counts)
            click.echo(f"place of the {name} option in the file: {places}")


def _print_findings(findings: list[Finding]) -> None:
    click.echo()
    for finding in findings:
        click.echo(f"{finding.severity}: {finding.where}: {finding.message}")
    advice = sum(finding.severity == "advice" for finding in findings)
    click.echo(f"{advice} pieces of advice." if advice != 1 else "1 piece of advice.")
