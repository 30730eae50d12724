"""The ratings, by whom they are about and on what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from scoring.release.rules import Cell, Contribution, Group, Rules
from scoring.release.tally import Tally

Atom = tuple[Group, str]
"""One person and one topic. No figure tells these ratings apart any further."""


class Ratings:
    """All ratings, counted once.

    Attributes
    ----------
    atoms
        What was said of each person on each topic.
    under
        The atoms of each group.
    sizes
        Of each group and topic the number of people who were rated.
    """

    def __init__(self, contributions: Iterable[Contribution], rules: Rules) -> None:
        self.atoms = _atoms(contributions, rules)
        self.under = _by_group(self.atoms)
        self.sizes = Counter((group[:depth], topic) for group, topic in self.atoms for depth in range(len(group) + 1))
        self.counted: dict[Cell, Tally] = {}

    def atoms_of(self, cell: Cell) -> Sequence[Atom]:
        found = self.under.get(cell.group, ())
        return found if cell.topic is None else [atom for atom in found if atom[1] == cell.topic]

    def tally(self, cell: Cell) -> Tally:
        """Count the ratings of a cell; not to be changed."""
        if cell not in self.counted:
            self.counted[cell] = self._count(self.atoms_of(cell))
        return self.counted[cell]

    def _count(self, atoms: Sequence[Atom]) -> Tally:
        if len(atoms) == 1:
            return self.atoms[atoms[0]]
        if not atoms:
            return Tally()
        whole = self.atoms[atoms[0]].copy()
        for atom in atoms[1:]:
            whole.add(self.atoms[atom])
        return whole


def _atoms(contributions: Iterable[Contribution], rules: Rules) -> dict[Atom, Tally]:
    listed: dict[Atom, list[Contribution]] = defaultdict(list)
    for each in contributions:
        listed[each.group, each.topic].append(each)
    return {atom: Tally.of(found, rules) for atom, found in listed.items()}


def _by_group(atoms: Iterable[Atom]) -> Mapping[Group, list[Atom]]:
    under: dict[Group, list[Atom]] = defaultdict(list)
    for atom in atoms:
        for depth in range(len(atom[0]) + 1):
            under[atom[0][:depth]].append(atom)
    return under
