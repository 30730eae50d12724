"""`makings questionnaire variant`, `booklet`, `translations-export` and `-import`: others made from a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from questionnaires import shelf, translators
from questionnaires.definition import Questionnaire
from questionnaires.loading import QuestionnaireError, load
from questionnaires.table_faults import TableError
from questionnaires.translators import TranslationRefused
from questionnaires.variants import as_rate_each
from webapp.commands.plain_files import Refused, in_words, write_bytes_whole, write_whole

WRITABLE = click.Path(dir_okay=False, path_type=Path)
source_argument = click.argument("source", metavar="NAME-OR-FILE")
version_option = click.option("--version", help="Which version of NAME; without it, the newest.")


def taken(source: str, version: str | None) -> Questionnaire:
    """Return a questionnaire by its file or by its name in the library; raises what is wrong with a file."""
    if Path(source).is_file():
        return load(source)
    if source.endswith((".yaml", ".yml")):
        raise click.UsageError(f"File {source!r} does not exist.")
    with in_words(shelf.UnknownQuestionnaire):
        return shelf.get(source, version)


def taken_or_refused(source: str, version: str | None) -> Questionnaire:
    with in_words(QuestionnaireError):
        return taken(source, version)


@click.command("variant")
@source_argument
@version_option
@click.option("--rate-each", "out", required=True, type=WRITABLE, help="Where to write it.")
def variant(source: str, version: str | None, out: Path) -> None:
    """Write the questionnaire with every choice turned into a rating of each option from 1 to 5."""
    loaded = taken_or_refused(source, version)
    with in_words(QuestionnaireError, ValueError):
        rated = as_rate_each(loaded)
    write_whole({out: rated.source})
    click.echo(
        f"{out}: {rated.name} {rated.version}, {len(rated.items)} items; models of {loaded.name} do not score it"
    )


@click.command("booklet")
@source_argument
@click.argument("out", type=WRITABLE)
@version_option
@click.option("--form", default=None, help="Which form; without it, the first.")
@click.option("--language", default=None, help="Which language; without it, the questionnaire's first.")
@click.option("--with-key", is_flag=True, help="Write the key and a marking sheet as well, beside OUT.")
def booklet(
    source: str, out: Path, version: str | None, form: str | None, language: str | None, with_key: bool
) -> None:
    """Write one form as a PDF booklet to fill in by hand.

    With --with-key a second file, OUT-key.pdf, is for those who mark: never hand it out.
    """
    # The typesetter is large; commands that print nothing need not load it.
    from questionnaires.booklet.contents import BookletRefused
    from questionnaires.booklet.printing import print_booklet, print_key

    loaded = taken_or_refused(source, version)
    form, language = form or loaded.forms[0].id, language or loaded.languages[0]
    with in_words(BookletRefused):
        files = {out: print_booklet(loaded, form, language)}
        if with_key:
            files[out.with_name(f"{out.stem}-key{out.suffix}")] = print_key(loaded, form, language)
    _say_written(files, f"{loaded.name} {loaded.version}, form {form}, {language}")


def _say_written(files: Mapping[Path, bytes], what: str) -> None:
    write_bytes_whole(files)
    for path, data in files.items():
        click.echo(f"{path}: {what}, {len(data) // 1000} kB")


@click.command("translations-export")
@source_argument
@click.argument("out", type=WRITABLE)
@version_option
@click.option("--add-language", multiple=True, help="Add an empty column for a further language, such as pl.")
def translations_export(source: str, out: Path, version: str | None, add_language: tuple[str, ...]) -> None:
    """Write all texts as a table (CSV) for translators."""
    loaded = taken_or_refused(source, version)
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    table = translators.export(loaded, add_language)
    write_whole({out: f"\ufeff{table}"})
    places = sum(1 for _ in translators.places(loaded))
    click.echo(f"{out}: {places} texts of {loaded.name} {loaded.version} in {', '.join(loaded.languages)}")


@click.command("translations-import")
@source_argument
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=WRITABLE)
@version_option
@click.option("--as-version", required=True, help="The version that the corrected texts make, such as 1.0.1.")
@click.option("--note", default="Texts corrected.", show_default=True, help="What the change history says.")
def translations_import(source: str, table: Path, out: Path, version: str | None, as_version: str, note: str) -> None:
    """Read a translators' TABLE (CSV or XLSX) back and write the next version to OUT.

    Only texts change, so models trained on the version before go on scoring it.
    """
    loaded = taken_or_refused(source, version)
    today = datetime.now(UTC).date().isoformat()
    with in_words(TableError, QuestionnaireError, TranslationRefused):
        made = translators.read(loaded, _bytes(table), as_version, today, note)
    write_whole({out: made.questionnaire.source})
    changes = ", ".join(f"{count} in {language}" for language, count in made.changed.items())
    click.echo(
        f"{out}: {loaded.name} {as_version}; texts changed: {changes or 'none'}; the scoring identity is the same"
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
