"""Every sentence of the site is said in every language, with the same gaps to fill."""

import re

import pytest

from webapp.translations import catalogues

PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]")


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
