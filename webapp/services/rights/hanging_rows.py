"""Every row that hangs on a person, found by the references between the tables, so that no table is forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from functools import cache

from sqlalchemy import ColumnElement, Table, false, or_, select

from webapp.records import Applicant, Base, StaffMember

APPLICANT = Applicant.__tablename__
STAFF = StaffMember.__tablename__
OUTLIVE = {STAFF: {"voice_note"}}
"""Tables whose rows are others' too and stay: they are freed of the person by themselves."""


def hanging_tables(root: str = APPLICANT) -> list[Table]:
    """The person's table and all that refer to it, over however many steps; leaves first."""
    kept = OUTLIVE.get(root, set())
    return [
        table
        for table in reversed(Base.metadata.sorted_tables)
        if table.name not in kept and (table.name == root or _parents(table, root))
    ]


def belonging(
    table: Table, owner: uuid.UUID, people: Sequence[uuid.UUID], root: str = APPLICANT
) -> ColumnElement[bool]:
    """The condition that a row of this table hangs on one of these people."""
    ours = table.c.organisation_id == owner
    if table.name == root:
        return ours & table.c.id.in_(people)
    ways = [table.c[column].in_(_ids(parent, owner, people, root)) for column, parent in _parents(table, root)]
    return ours & or_(false(), *ways)


def _ids(parent: Table, owner: uuid.UUID, people: Sequence[uuid.UUID], root: str):  # type: ignore[no-untyped-def]
    return select(parent.c.id).where(belonging(parent, owner, people, root))


@cache
def _parents(table: Table, root: str) -> list[tuple[str, Table]]:
    """Columns that refer to the person or to what hangs on the person."""
    return [
        (column, parent)
        for column, parent in _references(table)
        if parent is not table and _hangs(parent, root, (table,))
    ]


def _hangs(table: Table, root: str, seen: tuple[Table, ...]) -> bool:
    if table.name == root:
        return True
    return any(
        parent not in seen and parent is not table and _hangs(parent, root, (*seen, table))
        for _column, parent in _references(table)
    )


def _references(table: Table) -> Iterator[tuple[str, Table]]:
    """References inside the organisation: the column besides `organisation_id`, and where it leads."""
    for constraint in table.foreign_key_constraints:
        for column in constraint.columns:
            if column.name != "organisation_id":
                yield column.name, constraint.referred_table
