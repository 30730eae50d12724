"""Every row that hangs on an applicant, found by the references between the tables, so that no table is forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Table, false, or_, select

from webapp.records import Applicant, Base

ROOT = Applicant.__tablename__


def hanging_tables() -> list[Table]:
    """The applicant's table and all that refer to it, over however many steps; leaves first."""
    return [table for table in reversed(Base.metadata.sorted_tables) if table.name == ROOT or _parents(table)]


def belonging(table: Table, owner: uuid.UUID, applicants: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    """The condition that a row of this table hangs on one of these applicants."""
    ours = table.c.organisation_id == owner
    if table.name == ROOT:
        return ours & table.c.id.in_(applicants)
    ways = [table.c[column].in_(_ids(parent, owner, applicants)) for column, parent in _parents(table)]
    return ours & or_(false(), *ways)


def _ids(parent: Table, owner: uuid.UUID, applicants: Sequence[uuid.UUID]):  # type: ignore[no-untyped-def]
    return select(parent.c.id).where(belonging(parent, owner, applicants))


def _parents(table: Table) -> list[tuple[str, Table]]:
    """Columns that refer to the applicant or to what hangs on the applicant."""
    return [
        (column, parent) for column, parent in _references(table) if parent is not table and _hangs(parent, (table,))
    ]


def _hangs(table: Table, seen: tuple[Table, ...]) -> bool:
    if table.name == ROOT:
        return True
    return any(
        parent not in seen and parent is not table and _hangs(parent, (*seen, table))
        for _column, parent in _references(table)
    )


def _references(table: Table) -> Iterator[tuple[str, Table]]:
    """References inside the organisation: the column besides `organisation_id`, and where it leads."""
    for constraint in table.foreign_key_constraints:
        for column in constraint.columns:
            if column.name != "organisation_id":
                yield column.name, constraint.referred_table
