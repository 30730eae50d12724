"""What is wrong with a table that somebody brings, where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.words import say

MOST_FAULTS = 1000


@dataclass(frozen=True)
class TableFault:
    """One thing to mend: the row as the spreadsheet numbers it (header = 1), and the column's name."""

    row: int | None
    column: str | None
    message: str
    remedy: str

    def __str__(self) -> str:
        places = [f"row {self.row}" if self.row else "", f"column {self.column}" if self.column else ""]
        where = ", ".join(place for place in places if place)
        return f"{f'{where}: ' if where else ''}{self.message} {self.remedy}".strip()


class TableError(Exception):
    """A table that cannot be used. ``faults`` lists everything that is wrong with it."""

    def __init__(self, faults: list[TableFault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class FaultList:
    """Collects faults; beyond a thousand it only counts, since nobody reads further."""

    def __init__(self) -> None:
        self.faults: list[TableFault] = []
        self.count = 0

    def add(self, row: int | None, column: str | None, message: str, remedy: str) -> None:
        self.count += 1
        if self.count <= MOST_FAULTS:
            self.faults.append(TableFault(row, column, message, remedy))

    def raise_any(self) -> None:
        """Raise TableError where there is any fault."""
        if not self.faults:
            return
        more = self.count - len(self.faults)
        if more > 0:
            message = say("There are %(more)s more faults.", more=more)
            self.faults.append(TableFault(None, None, message, say("Mend these first.")))
        raise TableError(self.faults)


def refuse(message: str, remedy: str, row: int | None = None, column: str | None = None) -> TableError:
    """Return the error for a file that cannot be read any further."""
    return TableError([TableFault(row, column, message, remedy)])
