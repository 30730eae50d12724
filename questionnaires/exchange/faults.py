"""What is wrong with a package or an item of another system, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from questionnaires.faults import QuestionnaireError


@dataclass(frozen=True, order=True)
class ExchangeFault:
    """One thing to mend. ``line`` counts from 1 and is 0 where a file as a whole is meant."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message} {self.remedy}"


class ExchangeError(Exception):
    """Something that cannot be exchanged. ``faults`` lists everything that is wrong with it."""

    def __init__(self, faults: Iterable[ExchangeFault]) -> None:
        self.faults: list[ExchangeFault] = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass
class Findings:
    """Faults, and notes on what an import leaves out or changes, gathered while reading one file."""

    file: str
    faults: list[ExchangeFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, line: int, message: str, remedy: str) -> None:
        self.faults.append(ExchangeFault(self.file, line, message, remedy))

    def note(self, line: int, message: str) -> None:
        where = f"{self.file}:{line}" if line else self.file
        if (said := f"{where}: {message}") not in self.notes:
            self.notes.append(said)


def as_exchange(error: QuestionnaireError, file: str, remedy: str) -> ExchangeError:
    """Return the faults of a questionnaire as those of the file that it was read from."""
    said = ((f"{fault.path}: " if fault.path else "") + fault.message for fault in error.faults)
    return ExchangeError(ExchangeFault(file, 0, f"{each}.", remedy) for each in said)


def refuse(file: str, line: int, message: str, remedy: str) -> ExchangeError:
    """Return the error for a single fault, for the caller to raise."""
    return ExchangeError([ExchangeFault(file, line, message, remedy)])
