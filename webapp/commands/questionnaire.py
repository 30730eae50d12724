"""`makings questionnaire`: for somebody who writes a questionnaire."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from questionnaires import shelf
from questionnaires.craft.advice import Finding, check
from questionnaires.craft.figures import LanguageFigures, best_of, figures, positions, worst_of
from questionnaires.craft.forms import differences, forms_table, items_table, reading
from questionnaires.craft.standard import against_standard
from questionnaires.definition import Questionnaire
from questionnaires.loading import QuestionnaireError
from webapp.commands.questionnaire_exchange import export_qti, read_qti
from webapp.commands.questionnaire_making import (
    booklet,
    source_argument,
    taken,
    translations_export,
    translations_import,
    variant,
    version_option,
)

HEADINGS = (
    "form",
    "language",
    "items",
    "length~key",
    "raw",
    "best longest",
    "best shortest",
    "and: best",
    "others",
    "stem",
    "option",
    "LIX",
)


@click.group()
def questionnaire() -> None:
    """Check questionnaire files, make others from them, and exchange them with other systems."""


for command in (export_qti, read_qti, variant, booklet, translations_export, translations_import):
    questionnaire.add_command(command)


@questionnaire.command("check")
@source_argument
@version_option
@click.option("--strict", is_flag=True, help="Hold it to the standard of the product's own library as well.")
def check_file(source: str, version: str | None, strict: bool) -> None:
    """Say what is wrong with a questionnaire of the library, or a file, or how well it is written.

    Exits with 1 where there are faults. Advice alone is no fault, unless --strict asks for the library's own standard;
    then it exits with 1 on advice as well.
    """
    try:
        loaded = taken(source, version)
    except QuestionnaireError as error:
        _print_faults(source, error)
        sys.exit(1)
    _print_summary(loaded)
    print_table([HEADINGS, *(_row(loaded, form.id, each) for form in loaded.forms for each in loaded.languages)])
    _print_places(loaded)
    found = check(loaded) + (against_standard(loaded) if strict else [])
    _print_findings(found)
    _say_superseded(loaded)
    sys.exit(1 if strict and any(finding.severity != "note" for finding in found) else 0)


@questionnaire.command("forms")
@source_argument
@version_option
@click.option("--items", is_flag=True, help="List every item as well, with its facets and how it reads.")
def show_forms(source: str, version: str | None, items: bool) -> None:
    """Compare the forms of a questionnaire: what they ask, how long they are and how hard to read.

    Exits with 1 where the forms are not matched.
    """
    try:
        loaded = taken(source, version)
    except QuestionnaireError as error:
        _print_faults(source, error)
        sys.exit(1)
    print_table(forms_table(loaded), lead=1)
    if items:
        print_table(items_table(loaded), lead=6)
    apart = differences(loaded)
    click.echo()
    for each in apart:
        click.echo(f"not matched: {each}")
    click.echo(_verdict(loaded, apart))
    sys.exit(1 if apart else 0)


def _verdict(loaded: Questionnaire, apart: list[str]) -> str:
    if len(loaded.forms) == 1:
        return "One form only; there is nothing to match it with."
    names = " and ".join(form.id for form in loaded.forms)
    return f"Forms {names}: {len(apart)} differences beyond the tolerances." if apart else f"Forms {names} are matched."


def _print_faults(source: str, error: QuestionnaireError) -> None:
    for fault in error.faults:
        where = f" {fault.path}:" if fault.path else ""
        click.echo(f"{source}:{fault.line}:{where} {fault.message}")
    click.echo(f"{len(error.faults)} to mend. The format is described in docs/questionnaire-format.md.")


def _print_summary(loaded: Questionnaire) -> None:
    parts = [f"{len(loaded.items)} items", f"{len(loaded.practice)} for practice"]
    parts += [f"form {form.id}: {len(loaded.items_of(form.id))}" for form in loaded.forms]
    click.echo(f"{loaded.name} {loaded.version}: no faults; {', '.join(parts)}")
    click.echo(f"scoring identity {loaded.scoring_identity}")
    click.echo(f"texts identity   {loaded.texts_identity}")


def print_table(rows: Sequence[Sequence[str]], lead: int = 0) -> None:
    """Print rows of cells: the first ``lead`` columns to the left, the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    click.echo()
    for row in rows:
        cells = [
            cell.ljust(width) if place < lead else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def _row(loaded: Questionnaire, form: str, language: str) -> tuple[str, ...]:
    seen = figures(loaded, language, form)
    read = reading(loaded, form, language)
    return (form, *_cells(seen), f"{read.lix:.1f}" if read else "-")


def _cells(row: LanguageFigures) -> tuple[str, ...]:
    shares = (row.best_is_longest, row.best_is_shortest, row.best_has_and, row.others_have_and)
    correlations = ("-" if each is None else f"{each:+.2f}" for each in (row.length_with_key, row.raw_length_with_key))
    percentages = ("-" if share is None else f"{share:.0%}" for share in shares)
    lengths = (f"{row.longest_stem} words", f"{row.longest_option} words")
    return (row.language, str(row.items), *correlations, *percentages, *lengths)


def _print_places(loaded: Questionnaire) -> None:
    for form in loaded.forms:
        for name, choose in (("best", best_of), ("worst", worst_of)):
            counts = sorted(positions(loaded, choose, form.id).items())
            if counts:
                places = ", ".join(f"{place}: {count}" for place, count in counts)
                click.echo(f"form {form.id}, place of the {name} option in the file: {places}")


def _print_findings(findings: list[Finding]) -> None:
    click.echo()
    for finding in findings:
        click.echo(f"{finding.severity}: {finding.where}: {finding.message}")
    short = sum(finding.severity == "standard" for finding in findings)
    if short:
        click.echo(f"{short} below the standard of the library.")
    advice = sum(finding.severity == "advice" for finding in findings)
    click.echo(f"{advice} pieces of advice." if advice != 1 else "1 piece of advice.")


def _say_superseded(loaded: Questionnaire) -> None:
    """Rules that came after a version do not make it wrong; say that there is a newer one."""
    newer = [
        version
        for name, version in shelf.available()
        if name == loaded.name and shelf.version_order(version) > shelf.version_order(loaded.version)
    ]
    if newer:
        click.echo(f"{loaded.name} {loaded.version} is superseded by {newer[-1]}.")
