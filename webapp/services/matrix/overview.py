"""The matrix from above: units by units, with how many pairs there are."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.services.matrix.snapshot import take_snapshot
from webapp.services.staff.list_staff import NO_UNIT, StaffQuery, count_staff
from webapp.services.staff.units import list_units

BLOCK = 20
UnitKey = uuid.UUID | None


@dataclass(frozen=True)
class Named:
    """A unit of the overview; without an id: people in no unit."""

    id: UnitKey
    name: str
    people: int


@dataclass(frozen=True)
class Overview:
    """A part of the units by units, and where more of it is."""

    rows: tuple[Named, ...]
    columns: tuple[Named, ...]
    counts: Counter[tuple[UnitKey, UnitKey]]
    units: int
    row_block: int
    column_block: int
    blocks: int
    pairs: int


def overview(session: Session, organisation_id: uuid.UUID, row_block: int = 0, column_block: int = 0) -> Overview:
    """Counts of pairs of people who are here, for one block of units."""
    units = named_units(session, organisation_id)
    snapshot = take_snapshot(session, organisation_id)
    pairs = snapshot.pairs
    blocks = max(1, -(-len(units) // BLOCK))
    row_block, column_block = min(row_block, blocks - 1), min(column_block, blocks - 1)
    rows, columns = (tuple(units[each * BLOCK :][:BLOCK]) for each in (row_block, column_block))
    return Overview(
        rows=rows,
        columns=columns,
        counts=snapshot.counts(pairs, {unit.id for unit in (*rows, *columns)}),
        units=len(units),
        row_block=row_block,
        column_block=column_block,
        blocks=blocks,
        pairs=len(pairs),
    )


def named_units(session: Session, organisation_id: uuid.UUID) -> list[Named]:
    """Units in which somebody works, by name; people in no unit come last."""
    units = [Named(row.unit.id, row.unit.name, row.here) for row in list_units(session, organisation_id) if row.here]
    homeless = count_staff(session, organisation_id, StaffQuery(unit=NO_UNIT))
    return [*units, Named(None, "", homeless)] if homeless else units
