"""People of a vacancy by the beginning of a name, of its last word, or of an address; each is a stretch of an index.

Where names are hidden, whoever is undecided is found by the code alone: else one could try names until one fits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import Session

from webapp.records import Applicant, Vacancy
from webapp.records.names import CODE_LENGTH, LETTERS, fold
from webapp.services.blind.face import is_blind, plain_code

LAST = "\U0010ffff"
BETWEEN = "- "
"""What may stand between the letters of a code."""


def begins(session: Session, vacancy: Vacancy, search: str) -> ColumnElement[bool]:
    """Said so that no index of names is used: for people who are read in another order, until enough are found."""
    return or_(*beginnings(session, vacancy, search, _unindexed))


def beginnings(
    session: Session, vacancy: Vacancy, search: str, said: Callable[[Any], Any] = lambda column: column
) -> list[ColumnElement[bool]]:
    """The ways in which somebody is found, one condition for each."""
    by_name = _names(session, search, said)
    if not is_blind(vacancy):
        return by_name
    return [*_codes(search, said), *(Applicant.revealed_at.is_not(None) & each for each in by_name)]


def _unindexed(column: Any) -> Any:
    return func.coalesce(column, "")


def _names(session: Session, search: str, said: Callable[[Any], Any]) -> list[ColumnElement[bool]]:
    folded, address = fold(search.strip()), search.strip().lower()
    return [
        _begins_with(session, said(Applicant.name_folded), folded),
        _begins_with(session, said(Applicant.name_turned), folded),
        _begins_with(session, said(Applicant.email), address),
    ]


def _begins_with(session: Session, column: Any, start: str) -> ColumnElement[bool]:
    """A column begins with this, said so that each database can use its index."""
    if session.get_bind().dialect.name == "postgresql":
        return column.op("~>=~", is_comparison=True)(start) & column.op("~<~", is_comparison=True)(start + LAST)
    return (column >= start) & (column < start + LAST)


def _codes(search: str, said: Callable[[Any], Any]) -> list[ColumnElement[bool]]:
    """By code, where what was written can be the beginning of one."""
    start = plain_code(search)
    if not start or any(sign not in LETTERS + BETWEEN for sign in search.strip().upper()):
        return []
    # Of the letters of codes Z is the last in every order that a database may have.
    code = said(Applicant.code)
    return [(code >= start) & (code <= start + "Z" * CODE_LENGTH)]
