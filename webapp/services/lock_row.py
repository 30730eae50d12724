"""Hold a row until the transaction ends: whoever wants it too waits, and then reads what is there by then.

SQLite has one writer, who holds everything already; there, too, the row is read anew.
"""

from __future__ import annotations

import uuid
from typing import TypeVar

from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Organisation

Row = TypeVar("Row")


def lock_row(
    session: Session,
    table: type[Row],
    organisation_id: uuid.UUID,
    row_id: uuid.UUID,
    *,
    shared: bool = False,
    pointed: bool = False,
) -> Row:
    """This organisation's row as it is now; several may hold it `shared`, and nobody alone meanwhile.

    `pointed`: others may still write rows that point to it.
    """
    how = {"read": shared, "key_share": pointed}
    row = session.get(table, (organisation_id, row_id), populate_existing=True, with_for_update=how)
    if row is None:
        raise NotFound
    return row


def lock_organisation(session: Session, organisation_id: uuid.UUID) -> Organisation:
    """Let two people who change what is the company's do it one after the other."""
    return session.get_one(Organisation, organisation_id, populate_existing=True, with_for_update=True)
