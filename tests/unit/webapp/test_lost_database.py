"""Which errors of SQLite mean that the database is not to be had for now, and which that a statement is wrong."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from webapp.errors import is_lost


def failed(code: int) -> OperationalError:
    error = sqlite3.OperationalError("said by SQLite")
    error.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_ABORT_ROLLBACK]
)
def test_what_may_come_back(code: int) -> None:
    assert is_lost(failed(code))


def test_a_wrong_statement_is_a_fault_of_ours() -> None:
    assert not is_lost(failed(sqlite3.SQLITE_ERROR))
