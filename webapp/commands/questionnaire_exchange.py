"""`makings questionnaire export-qti` and `import-qti`: exchange with other systems by QTI 3.0."""

from __future__ import annotations

from pathlib import Path

import click

from questionnaires.definition import Questionnaire
from questionnaires.exchange.exporting import export_package, without_processing
from questionnaires.exchange.faults import ExchangeError
from questionnaires.exchange.importing import import_qti
from questionnaires.exchange.package import LARGEST_PACKAGE
from questionnaires.faults import QuestionnaireError
from questionnaires.loading import load
from questionnaires.shelf import UnknownQuestionnaire, get
from webapp.commands.plain_files import in_words, write_bytes_whole, write_whole

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, path_type=Path)


@click.command("export-qti")
@click.argument("source", metavar="NAME-OR-FILE")
@click.argument("out", type=WRITABLE)
@click.option("--version", help="Which version of NAME; without it, the newest.")
@click.option("--without-key", is_flag=True, help="Leave out the key, for systems that candidates could look into.")
def export_qti(source: str, out: Path, version: str | None, without_key: bool) -> None:
    """Write a questionnaire of the library, or a file, to OUT as a QTI 3.0 package."""
    with in_words(ExchangeError, QuestionnaireError, UnknownQuestionnaire):
        loaded = load(source) if Path(source).is_file() else get(source, version)
        package = export_package(loaded, with_key=not without_key)
    write_bytes_whole({out: package})
    _say_exported(loaded, out, with_key=not without_key)


@click.command("import-qti")
@click.argument("source", metavar="PACKAGE-OR-ITEM", type=READABLE)
@click.argument("out", type=WRITABLE)
@click.option("--language", help="The language of items that do not say theirs.")
@click.option("--skip", is_flag=True, help="Leave out items that cannot be used, instead of refusing them all.")
def read_qti(source: Path, out: Path, language: str | None, skip: bool) -> None:
    """Read a QTI 3.0 package (.zip) or a single item (.xml), and write it to OUT as a questionnaire."""
    with in_words(ExchangeError):
        imported = import_qti(_bytes(source), source.name, language=language, skip=skip)
    write_whole({out: imported.yaml})
    for fault in imported.left_out:
        click.echo(f"left out: {fault}")
    for note in imported.notes:
        click.echo(f"note: {note}")
    questionnaire = imported.questionnaire
    keyed = sum(item.keyed for item in questionnaire.items)
    click.echo(f"{out}: {_summary(questionnaire)}, {keyed} with a key")


def _bytes(path: Path) -> bytes:
    """Read no more of a file than may be imported, and one byte to tell that there is more."""
    with path.open("rb") as stream:
        return stream.read(LARGEST_PACKAGE + 1)


def _say_exported(questionnaire: Questionnaire, out: Path, *, with_key: bool) -> None:
    for item_id in without_processing(questionnaire) if with_key else ():
        click.echo(f"note: {item_id}: QTI cannot express its key, which travels in the companion data only")
    click.echo(f"{out}: {_summary(questionnaire)}, {'with its key' if with_key else 'without a key'}")


def _summary(questionnaire: Questionnaire) -> str:
    languages, count = ", ".join(questionnaire.languages), len(questionnaire.items)
    return f"{questionnaire.name} {questionnaire.version}: {count} item{'s' if count != 1 else ''} in {languages}"
