"""What a list is filtered by, as one small number, so that counts of every combination can be kept.

A cell is the stage, the language of the answers and whether there are flags. A filter is the set of cells that it
lets through; the list knows the number of people in each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.config import LANGUAGES
from webapp.services.blind.face import REUSED

MOST_STAGES = 4096
_LANGUAGES = ("", *LANGUAGES)
_SPAN = 2 * 8
assert len(_LANGUAGES) <= 8, "three bits hold the language"


def asks_for_a_look(flags: Iterable[str]) -> bool:
    """Whether a filter by flags finds them: a result that was used again needs no look, and is nobody's business."""
    return any(flag != REUSED for flag in flags)


@dataclass(frozen=True)
class Cell:
    """One combination."""

    stage: int
    language: str
    flagged: bool

    @property
    def number(self) -> int:
        language = _LANGUAGES.index(self.language) if self.language in _LANGUAGES else 0
        return self.stage * _SPAN + language * 2 + self.flagged

    @classmethod
    def of(cls, number: int) -> Cell:
        stage, rest = divmod(number, _SPAN)
        return cls(stage, _LANGUAGES[rest // 2], bool(rest % 2))


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see; an empty set wants all."""

    stages: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    flagged: bool | None = None

    @property
    def all(self) -> bool:
        return not self.stages and not self.languages and self.flagged is None

    def among(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Those of these cells that are wanted."""
        return tuple(number for number in sorted(numbers) if self._wants(Cell.of(number)))

    def _wants(self, cell: Cell) -> bool:
        return (
            (not self.stages or cell.stage in self.stages)
            and (not self.languages or cell.language in self.languages)
            and self.flagged in (None, cell.flagged)
        )


EVERYBODY = Wanted()
