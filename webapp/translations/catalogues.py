"""Gather the messages, bring them into the catalogues and compile those.

`python -m webapp.translations.catalogues` does so for every language, `... catalogues ru` for Russian alone.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent
SITE = FOLDER.parent
ROOT = SITE.parent
# The packages that know no languages: what they `say`, the site translates.
PURE = ("models", "questionnaires", "scoring")
TRANSLATED = ("ru", "lt")
EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "say": None}


def po_path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def template() -> Catalog:
    """Every message in the source, by place."""
    methods, options = parse_mapping_cfg(io.StringIO((FOLDER / "babel.cfg").read_text()))
    catalogue = Catalog(project="makings", charset="utf-8", fuzzy=False)
    for folder in (SITE, *(ROOT / name for name in PURE)):
        for name, _line, message, comments, context in extract_from_dir(folder, methods, options, keywords=KEYWORDS):
            # Places without line numbers: a moved line changes no catalogue.
            place = (folder / name).relative_to(ROOT).as_posix()
            catalogue.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    return catalogue


def read(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def gaps(language: str) -> Iterator[str]:
    """Each message of the source that this language does not say yet."""
    catalogue = read(language)
    for message in template():
        if message.id and not said(catalogue.get(message.id, message.context)):
            yield str(message.id)


def said(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(strings)


def new(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="makings",
        version="1",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        fuzzy=False,
    )


def update(language: str) -> None:
    """Bring new messages in and drop what the source no longer says; nothing is guessed."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = read(language) if path.exists() else new(language)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = ""
    # A date would change the file at every run.
    catalogue.creation_date = catalogue.revision_date = EPOCH
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, omit_header=False, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(read(language)))


def main(languages: Sequence[str]) -> None:
    unknown = sorted(set(languages) - set(TRANSLATED))
    if unknown:
        raise SystemExit(f"There is no catalogue for {', '.join(unknown)}. Choose from {', '.join(TRANSLATED)}.")
    for one in languages or TRANSLATED:
        update(one)
        print(f"{one}: {len(list(gaps(one)))} messages without words")


if __name__ == "__main__":
    main(sys.argv[1:])
