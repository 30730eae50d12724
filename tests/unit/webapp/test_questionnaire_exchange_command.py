"""`makings questionnaire export-qti` and `import-qti`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from questionnaires import shelf
from questionnaires.loading import load
from tests.unit.questionnaires.exchange.making import CHOICE, SAMPLES, item
from webapp.commands import plain_files
from webapp.commands.questionnaire import questionnaire

FILE = str(SAMPLES / "all-formats.yaml")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(questionnaire, [str(each) for each in arguments])


def test_there_and_back_again(tmp_path: Path) -> None:
    package, back = tmp_path / "new" / "out.zip", tmp_path / "back.yaml"
    told = run("export-qti", FILE, package)
    assert (told.exit_code, told.output) == (
        0,
        f"{package}: all-formats 1.1.0: 7 items in en, ru, lt, with its key\n",
    )
    told = run("import-qti", package, back)
    assert (told.exit_code, told.output) == (0, f"{back}: all-formats 1.1.0: 7 items in en, ru, lt, 5 with a key\n")
    assert load(back).scoring_identity == load(FILE).scoring_identity


def test_the_library_is_exported_by_name_and_version(tmp_path: Path) -> None:
    name, version = shelf.available()[0]
    assert run("export-qti", name, tmp_path / "a.zip", "--version", version, "--without-key").exit_code == 0
    told = run("import-qti", tmp_path / "a.zip", tmp_path / "a.yaml")
    assert told.output.endswith(", 0 with a key\n")
    unknown = run("export-qti", "no-such-name", tmp_path / "b.zip")
    assert (unknown.exit_code, "on the shelf" in unknown.output) == (2, True)
    assert not (tmp_path / "b.zip").exists()


def test_faults_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    source, out = tmp_path / "one.xml", tmp_path / "one.yaml"
    source.write_text(item(CHOICE + CHOICE, lang=""), encoding="utf-8")
    told = run("import-qti", source, out)
    assert told.exit_code == 2
    assert "one.xml:13: The item has a further interaction" in told.output
    assert "one.xml:4: The item does not say its language" in told.output
    assert list(tmp_path.iterdir()) == [source]


def test_a_language_can_be_given_and_notes_are_printed(tmp_path: Path) -> None:
    source, out = tmp_path / "one.xml", tmp_path / "one.yaml"
    source.write_text(item(CHOICE.replace("Some", "<b>Some</b>"), lang=""), encoding="utf-8")
    told = run("import-qti", source, out, "--language", "lt")
    assert told.exit_code == 0, told.output
    assert "note: one.xml:7: <b> becomes plain text." in told.output
    assert load(out).languages == ("lt",)


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "big.zip"
    with source.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(60_000_000)
    assert "larger than 50 MB" in run("import-qti", source, tmp_path / "x.yaml").output


@pytest.mark.parametrize("command", ["export-qti", "import-qti"])
def test_a_file_that_cannot_be_written_leaves_nothing(command: str, tmp_path: Path) -> None:
    in_the_way = tmp_path / "taken"
    in_the_way.write_text("x", encoding="utf-8")
    source = tmp_path / "one.xml"
    source.write_text(item(CHOICE), encoding="utf-8")
    told = run(command, FILE if command == "export-qti" else source, in_the_way / "out")
    assert told.exit_code == plain_files.REFUSED
    assert "cannot be written" in told.output
    assert in_the_way.read_text(encoding="utf-8") == "x"
