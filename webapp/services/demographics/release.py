"""What of a count may be told beside everything that was told before.

Each report is a sum over blocks. Sums over overlapping sets of blocks can be subtracted; what that can lead to are the
parts into which the sets cut each other. A category is told only where each of these parts holds none of its people or
ten and more; a stage only where each part has nobody or ten people on either side of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webapp.services.demographics.blocks import Lines, none_or_enough
from webapp.services.demographics.counting import Counted
from webapp.services.demographics.lines import HIRED, SHARES, category_of, selected
from webapp.services.demographics.read_groups import FEWEST
from webapp.services.demographics.told import Told, Units


@dataclass(frozen=True)
class Release:
    """What may be told: of everybody, and of those whose vacancies are decided."""

    everybody: Told
    decided: Told


def release(counted: Counted, earlier: Iterable[Told]) -> Release:
    """Judge a count against all that was told of this attribute before."""
    lines = counted.inside | counted.outside
    before = list(earlier)
    every = frozenset(counted.inside)
    closed = frozenset(name for name, each in counted.inside.items() if decided(each))
    return Release(_told(every, closed, lines, before, tuple(SHARES)), _told(closed, every, lines, before, (HIRED,)))


def decided(lines: Lines) -> bool:
    return any(selected(line, HIRED) is not None for line in lines.values())


def _told(units: Units, beside: Units, lines: dict[str, Lines], before: Sequence[Told], stages: Sequence[str]) -> Told:
    counts = {name: Counter(category_of(line) for line in each.values()) for name, each in lines.items()}
    found = {category for name in units for category in counts[name]}
    categories = frozenset(
        category
        for category in found
        if sum(counts[name][category] for name in units) >= FEWEST
        and all(none_or_enough(n) for n in _parts_of_category(category, units, beside, counts, before))
    )
    may = frozenset(each for each in stages if _stage_may(each, units, categories, lines, before))
    return Told(units, categories, may)


def _parts_of_category(
    category: str, units: Units, beside: Units, counts: dict[str, Counter[str]], before: Sequence[Told]
) -> list[int]:
    others = [told.units for told in before if category in told.categories]
    return [sum(counts[name][category] for name in part if name in counts) for part in parts(units, [beside, *others])]


def parts(units: Units, others: Iterable[Units]) -> list[Units]:
    """The pieces into which the sets that touch this one cut it and each other."""
    sets = [units, *(each for each in others if each & units)]
    pieces: dict[tuple[bool, ...], set[str]] = defaultdict(set)
    for name in frozenset().union(*sets):
        pieces[tuple(name in each for each in sets)].add(name)
    return [frozenset(each) for each in pieces.values()]


def _stage_may(
    stage: str, units: Units, categories: frozenset[str], lines: dict[str, Lines], before: Sequence[Told]
) -> bool:
    pieces = parts(units, [told.units for told in before if stage in told.stages])
    sides = [_sides(stage, piece, categories, lines) for piece in pieces]
    whole = _sides(stage, units, categories, lines)
    return min(whole) >= FEWEST and all(none_or_enough(each) for both in sides for each in both)


def _sides(stage: str, units: Units, categories: frozenset[str], lines: dict[str, Lines]) -> tuple[int, int]:
    """How many of those who may be told of came through, and how many did not."""
    passed = Counter(
        selected(line, stage)
        for name in units
        for line in lines.get(name, {}).values()
        if category_of(line) in categories
    )
    return passed[True], passed[False]
