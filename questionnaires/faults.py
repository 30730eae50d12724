"""What is wrong with a questionnaire file, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend.

    ``path`` reads like ``items[3].options[1].text.lt`` (counted from 0, empty for the file as a
    whole) and ``line`` counts from 1, as an editor shows it.
    """

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"line {self.line}: {where}{self.message}"


class QuestionnaireError(Exception):
    """A questionnaire that cannot be used. ``faults`` lists everything that is wrong with it."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.name = name
        self.faults: list[Fault] = sorted(set(faults))
        super().__init__("\n".join(f"{name}: {fault}" for fault in self.faults))


def written(path: Sequence[str | int]) -> str:
    """Return a path as people write it: ``items[3].options[1].text.lt``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).lstrip(".")
