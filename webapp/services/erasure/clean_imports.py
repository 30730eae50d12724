"""Files of HR that wait for a decision, and what is told of earlier ones: nothing in them may name the person."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.tables import TableError, read_table
from webapp.records import ImportBatch
from webapp.services.import_tables import close_batch, find_batch

PEOPLE = ("code", "person", "ratee", "rater", "performer", "customer")
"""Columns in which a personnel code stands; a number elsewhere is no code."""


class Names:
    """What somebody is known by: the code as it is, name and addresses as whole words, whatever the capitals."""

    def __init__(self, codes: Sequence[str], words: Sequence[str]) -> None:
        self.codes = set(codes)
        self.words = _pattern(words)
        self.all = _pattern([*codes, *words])

    def are_in(self, value: Any) -> bool:
        """Whether a text among these plain values names the person; numbers name nobody."""
        if isinstance(value, str):
            return self.all.search(value) is not None
        if isinstance(value, dict):
            return any(self.are_in(each) for each in value.values())
        return isinstance(value, list) and any(self.are_in(each) for each in value)

    def are_in_row(self, cells: Mapping[str, str]) -> bool:
        coded = any(cells.get(name, "").strip() in self.codes for name in PEOPLE)
        return coded or any(self.words.search(each) for each in cells.values())


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    known = sorted({each.strip() for each in words if each.strip()}, key=len, reverse=True)
    return re.compile("|".join(map(_as_words, known)) or r"(?!)", re.IGNORECASE)


def _as_words(text: str) -> str:
    """Whole words; a first name alone is many people's, so it counts where nothing else stands beside it."""
    if text.isalpha():
        return rf"^\s*{re.escape(text)}\s*$"
    return rf"(?<!\w){re.escape(text)}(?!\w)"


def clean_imports(session: Session, organisation_id: uuid.UUID, names: Names) -> int:
    """Put aside files that wait and name the person, and take the person out of what is told of others.

    Returns how many waiting files were put aside: HR takes the person out of them and uploads them again.
    """
    put_aside = 0
    for batch_id in session.scalars(select(ImportBatch.id).where(ImportBatch.organisation_id == organisation_id)).all():
        batch = find_batch(session, organisation_id, batch_id, lock=True)
        if batch.state == "previewed" and _is_in_file(batch, names):
            close_batch(batch, "discarded")
            put_aside += 1
        _clean(batch, names)
    session.flush()
    return put_aside


def _is_in_file(batch: ImportBatch, names: Names) -> bool:
    if batch.content is None:
        return False
    try:
        table = read_table(batch.content, batch.file_name)
    except TableError:
        return True
    return any(names.are_in_row(row.values) for row in table.rows)


def _clean(batch: ImportBatch, names: Names) -> None:
    if names.are_in(batch.file_name):
        batch.file_name = "…" + PurePath(batch.file_name).suffix
    told = {name: batch.options[name] for name in ("summary", "sample", "details") if name in batch.options}
    if names.are_in(told):
        batch.options = {**batch.options, **{name: _without(each, names) for name, each in told.items()}}


def _without(value: Any, names: Names) -> Any:
    """The same value without the lines that name the person."""
    if isinstance(value, dict):
        return {name: _without(each, names) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, names) for each in value if not names.are_in(each)]
    return value
