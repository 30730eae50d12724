"""Was a model made again? The same figures and the same numbers to score by, or what differs and by how much."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.trained import TrainedModel
from scoring.compiled.plain import to_plain

MOST_LISTED = 200
ABSENT = "absent"
"""Stands where one of the two models has no such figure."""


@dataclass(frozen=True)
class Difference:
    """One value that is not the same: where it stands, and what it was and is."""

    name: str
    before: Any
    again: Any

    def to_plain(self) -> dict[str, Any]:
        """JSON-able values."""
        return {"name": self.name, "before": self.before, "again": self.again}


@dataclass(frozen=True)
class Repetition:
    """How a model that was made again compares with the one that was kept.

    Attributes
    ----------
    figures
        Figures that differ, the first `MOST_LISTED`; ``compared`` says how many there are in all, ``differing`` how
        many of them differ.
    numbers
        Whether the numbers that score people are the same to the last bit.
    libraries
        Libraries that differ between the two, with their versions.
    """

    compared: int
    differing: int
    figures: tuple[Difference, ...]
    numbers: bool
    libraries: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether every figure and every number is the same to the last bit."""
        return not self.differing and self.numbers

    def to_plain(self) -> dict[str, Any]:
        """JSON-able values, with ``same``."""
        return {
            "same": self.same,
            "compared": self.compared,
            "differing": self.differing,
            "numbers": self.numbers,
            "figures": [each.to_plain() for each in self.figures],
            "libraries": [each.to_plain() for each in self.libraries],
        }


def compare(before: TrainedModel, again: TrainedModel) -> Repetition:
    """Compare a kept model with one that was made again on the same data."""
    first, second = (_flat(_told(model)) for model in (before, again))
    # What stands at the top of a report comes before its tables' cells.
    names = sorted(first.keys() | second.keys(), key=lambda name: (name.count("."), name))
    figures = list(_differences(first, second, names))
    older, newer = before.manifest.libraries, again.manifest.libraries
    return Repetition(
        compared=len(names),
        differing=len(figures),
        figures=tuple(figures[:MOST_LISTED]),
        numbers=_numbers(before) == _numbers(again),
        libraries=tuple(_differences(older, newer, sorted({*older, *newer}))),
    )


def _told(model: TrainedModel) -> dict[str, Any]:
    """What a manifest tells, as it comes back from JSON: no moment, no library, no code of the data."""
    manifest = model.manifest.to_plain()
    told = {name: manifest[name] for name in ("kind", "form", "criterion", "scale", "binary", "figures", "sed")}
    plain: dict[str, Any] = json.loads(json.dumps(told))
    return plain


def _numbers(model: TrainedModel) -> str:
    return json.dumps([to_plain(model.compiled), model.reference], sort_keys=True)


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    """Every single value by its place, such as ``figures.hire_or_retrain.0.low``."""
    if isinstance(value, Mapping) and value:
        parts: Sequence[tuple[Any, Any]] = list(value.items())
    elif isinstance(value, list) and value:
        parts = list(enumerate(value))
    else:
        return {name: value}
    found: dict[str, Any] = {}
    for key, each in parts:
        found |= _flat(each, f"{name}.{key}" if name else str(key))
    return found


def _differences(first: Mapping[str, Any], second: Mapping[str, Any], names: Sequence[str]) -> Iterator[Difference]:
    for name in names:
        before, again = first.get(name, ABSENT), second.get(name, ABSENT)
        if before != again:
            yield Difference(name, before, again)
