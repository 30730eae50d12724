"""What an import would do: worked out for the preview, and again inside the transaction that does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from questionnaires.tables import Table, TableFault
from questionnaires.words import Sentence, packed, say

KINDS = ("staff", "answers", "ratings", "matrix")
SAMPLE_ROWS = 8
SAMPLE_COLUMNS = 10
MOST_FAULTS = 200
LONGEST_CELL = 120


@dataclass
class Plan:
    """Rows to write, counted; with any fault nothing is written. `details` are shown, and dropped with the file."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[TableFault] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    writes: list[Any] = field(default_factory=list, repr=False)
    removals: list[Any] = field(default_factory=list, repr=False)
    details: list[Any] = field(default_factory=list, repr=False)

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.unchanged

    def count(self, before: object | None, same: bool) -> bool:
        """Count one row; whether it is to be written."""
        if before is None:
            self.new += 1
        elif same:
            self.unchanged += 1
        else:
            self.changed += 1
        return not same

    def fault(self, row: int | None, column: str | None, message: Sentence, remedy: Sentence) -> None:
        self.faults.append(TableFault(row, column, message, remedy))

    def summary(self) -> dict[str, Any]:
        """What the preview page shows, as plain values; faults in no language yet, since anybody may read them."""
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "notes": self.notes,
            "fault_count": len(self.faults),
            "faults": [
                clipped([fault.row, fault.column, packed(fault.message), packed(fault.remedy)])
                for fault in self.faults[:MOST_FAULTS]
            ],
        }


def refuse_other_columns(plan: Plan, table: Table, known: Sequence[str]) -> None:
    """A column that is not known is a fault: it may be a known one that is spelt wrongly."""
    for name in table.columns:
        if name not in known:
            plan.fault(
                1,
                name,
                say("The column “%(name)s” is not known here.", name=name),
                say("Rename it or delete it. Columns: %(columns)s.", columns=", ".join(known)),
            )


def clipped(value: Any) -> Any:
    """The same plain value with no text longer than anybody reads: a cell may hold a whole book."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_CELL else f"{value[:LONGEST_CELL]}…"
    if isinstance(value, list):
        return [clipped(each) for each in value]
    if isinstance(value, dict):
        # A template is ours and is found by its whole text.
        return {name: each if name == "template" else clipped(each) for name, each in value.items()}
    return value


def sample(table: Table) -> dict[str, Any]:
    """The first rows and columns of HR's own file; dropped with the file."""
    columns = table.columns[:SAMPLE_COLUMNS]
    rows = [[row.number, *[row.values.get(name, "") for name in columns]] for row in table.rows[:SAMPLE_ROWS]]
    return {
        "columns": clipped(list(columns)),
        "more_columns": max(0, len(table.columns) - len(columns)),
        "rows": clipped(rows),
        "total": len(table.rows),
    }
