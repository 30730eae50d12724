"""Every sentence of the site is said in every language, with the same gaps to fill."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from webapp.translations import catalogues

PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]")


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """All source and all pages are read once for all of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogues, "template", cache(catalogues.template))
        yield


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_nothing_is_left_in_english(language: str) -> None:
    assert list(catalogues.gaps(language)) == []


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_placeholders_agree(language: str) -> None:
    for message in catalogues.read(language):
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACEHOLDER.findall(sources[-1]))
        for string in strings:
            assert set(PLACEHOLDER.findall(string)) == wanted, message.id


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    compiled = catalogues.po_path(language).with_suffix(".mo").read_bytes()
    assert compiled == catalogues.compiled(catalogues.read(language))


def test_what_the_packages_without_languages_say_is_gathered() -> None:
    gathered = {(place, str(each.id)) for each in catalogues.template() for place, _ in each.locations}
    assert {
        ("questionnaires/tables.py", "Column %(place)s has no name."),
        ("scoring/ratings.py", "The rating is missing."),
        ("models/preparing.py", "There are no ratings."),
        ("webapp/templates/hr/import_batch.html", "What to mend"),
    } <= gathered


def aliases(path: Path) -> set[str]:
    """Under which names a module calls what translates."""
    imports = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    return {
        alias.asname or alias.name
        for node in imports
        for alias in node.names
        if (node.module == "flask_babel" and "gettext" in alias.name)
        or (node.module == "questionnaires.words" and alias.name == "say")
    }


def test_every_name_under_which_sentences_are_translated_is_gathered() -> None:
    names = set[str]().union(*(aliases(path) for path in catalogues.SITE.rglob("*.py")))
    assert {"_", "_l", "ngettext", "say"} <= names
    assert names <= set(catalogues.KEYWORDS)


def test_one_language_can_be_brought_up_to_date_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    updated: list[str] = []
    monkeypatch.setattr(catalogues, "update", updated.append)
    monkeypatch.setattr(catalogues, "gaps", lambda language: iter(()))
    catalogues.main(["ru"])
    assert updated == ["ru"]
    catalogues.main([])
    assert updated == ["ru", *catalogues.TRANSLATED]
    with pytest.raises(SystemExit, match="de"):
        catalogues.main(["de"])
