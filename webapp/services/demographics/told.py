"""What reports told of whom, so that later ones can be held against it."""

from __future__ import annotations

from dataclasses import dataclass

Units = frozenset[str]


@dataclass(frozen=True)
class Told:
    """What one report told of one set of blocks."""

    units: Units
    categories: frozenset[str]
    stages: frozenset[str]

    def to_plain(self) -> dict[str, list[str]]:
        return {name: sorted(getattr(self, name)) for name in ("units", "categories", "stages")}

    @classmethod
    def from_plain(cls, kept: dict[str, list[str]]) -> Told:
        return cls(*(frozenset(kept[name]) for name in ("units", "categories", "stages")))
