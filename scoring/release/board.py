"""Which parts of the ratings can be told apart by what is released, kept while cells are released one by one.

Released cells on all topics split the ratings into rows, released cells on one topic into columns: each rating lies
in the row of the smallest released group that holds it, and so in a column; in neither it lies outside. A class is
what lies in the same row and the same column. Rows, columns and the outside are the vertices of a graph, classes are
its edges. See `scoring.release.disclosure` for what that is good for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scoring.release.parts import finished_parts
from scoring.release.rules import Cell, Contribution, Group, Rules
from scoring.release.sets import Sets
from scoring.release.tally import Tally

Atom = tuple[Group, str]
Vertex = Cell | None
OUTSIDE: Vertex = None


class Board:
    """The graph of rows, columns and classes. ``edges[a][b]`` and ``edges[b][a]`` are the same tally."""

    def __init__(self, contributions: Iterable[Contribution], rules: Rules) -> None:
        self.rules = rules
        self.atoms = _atoms(contributions, rules)
        self.under = _by_group(self.atoms)
        self.row: dict[Atom, Vertex] = dict.fromkeys(self.atoms, OUTSIDE)
        self.column: dict[Atom, Vertex] = dict.fromkeys(self.atoms, OUTSIDE)
        self.edges: dict[Vertex, dict[Vertex, Tally]] = defaultdict(dict)
        self.sets = Sets(rules.apart)
        self.sizes = _sizes(self.atoms)

    def tally(self, cell: Cell) -> Tally:
        """Count the ratings of a cell."""
        whole = Tally()
        for atom in self.atoms_of(cell):
            whole.add(self.atoms[atom])
        return whole

    def atoms_of(self, cell: Cell) -> Sequence[Atom]:
        found = self.under.get(cell.group, ())
        return found if cell.topic is None else [atom for atom in found if atom[1] == cell.topic]

    def release(self, cell: Cell, raters: Iterable[object]) -> bool:
        """Release a cell if nothing can then be worked out that tells single ratings; whether it was released."""
        self.sets.add(cell, raters)
        if not self.rules.subtraction or self._split(cell):
            return True
        self.sets.take_back(cell)
        return False

    def _split(self, cell: Cell) -> bool:
        moved = self._moving(cell)
        before = self._place(cell, moved[0]) if moved else cell
        touched = {cell, before, *(self._across(cell, atom) for atom in moved), *self._compared(cell.group)}
        self._move(cell, moved, cell)
        if self._whole(touched):
            return True
        self._move(cell, moved, before)
        return False

    def _compared(self, group: Group) -> Iterator[Vertex]:
        """Yield the ends of classes whose raters are compared with those of this group's cells."""
        for cell in self.sets.cells(group):
            yield cell
            yield from (other for other in self.edges[cell] if _group(other) == group[: len(_group(other))])

    def _moving(self, cell: Cell) -> list[Atom]:
        """Return what lies in no released cell of the same kind inside this one."""
        return [atom for atom in self.atoms_of(cell) if _wider(self._place(cell, atom), cell)]

    def _place(self, cell: Cell, atom: Atom) -> Vertex:
        return self.row[atom] if cell.topic is None else self.column[atom]

    def _across(self, cell: Cell, atom: Atom) -> Vertex:
        return self.column[atom] if cell.topic is None else self.row[atom]

    def _move(self, cell: Cell, moved: Sequence[Atom], to: Vertex) -> None:
        places = self.row if cell.topic is None else self.column
        for atom in moved:
            other = self._across(cell, atom)
            self._change(places[atom], other, self.atoms[atom], -1)
            places[atom] = to
            self._change(to, other, self.atoms[atom], 1)

    def _change(self, one: Vertex, other: Vertex, part: Tally, sign: int) -> None:
        if one == other:  # outside of both: in nothing that is released
            return
        edge = self.edges[one].setdefault(other, Tally()) if sign > 0 else self.edges[one][other]
        self.edges[other][one] = edge
        edge.add(part, sign)
        if edge.empty:
            del self.edges[one][other], self.edges[other][one]

    def _whole(self, touched: set[Vertex]) -> bool:
        """Whether no class that tells single ratings is a way between parts that are not connected without it.

        Only parts around the vertices that changed can have come apart. All are searched in turn, step by step,
        so that the largest need not be searched to its end.
        """
        return not any(self._crosses(part) for part in finished_parts(touched, self.sound))

    def sound(self, vertex: Vertex) -> Iterator[Vertex]:
        """Yield the neighbours by classes that tell no single rating."""
        for other, tally in self.edges[vertex].items():
            if not self._tells(vertex, other, tally):
                yield other

    def _crosses(self, part: set[Vertex]) -> bool:
        """Whether a class that tells single ratings leads out of this part."""
        ways = ((vertex, other, tally) for vertex in part for other, tally in self.edges[vertex].items())
        return any(other not in part and self._tells(vertex, other, tally) for vertex, other, tally in ways)

    def _tells(self, one: Vertex, other: Vertex, tally: Tally) -> bool:
        if tally.tells(self.rules):
            return True
        group = max(_group(one), _group(other), key=len)
        return self._whole_group(group, tally) and not self.sets.apart_within(group, tally.raters.keys())

    def _whole_group(self, group: Group, tally: Tally) -> bool:
        """Whether a class has all people of a group on its topics: then it is as a cell of this group."""
        return all(self.sizes[group, topic] == number for topic, number in tally.topics.items())


def _atoms(contributions: Iterable[Contribution], rules: Rules) -> dict[Atom, Tally]:
    """Count what the same raters were asked of the same people: no figure tells it apart any further."""
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


def _wider(place: Vertex, cell: Cell) -> bool:
    return place is None or len(place.group) < len(cell.group)


def _group(place: Vertex) -> Group:
    return () if place is None else place.group


def _sizes(atoms: Iterable[Atom]) -> Mapping[tuple[Group, object], int]:
    """Count of each group and topic the people who were rated."""
    return Counter((group[:depth], topic) for group, topic in atoms for depth in range(len(group) + 1))
