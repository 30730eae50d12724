"""Which parts of the ratings can be told apart by what is released, kept while cells are released one by one.

Released cells on all topics split the ratings into rows, released cells on one topic into columns: each rating lies
in the row of the smallest released group that holds it, and so in a column; in neither it lies outside. A class is
what lies in the same row and the same column. Rows, columns and the outside are the vertices of a graph, classes are
its edges. See `scoring.release.disclosure` for what that is good for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from scoring.release.index import Atom, Ratings
from scoring.release.parts import finished_parts
from scoring.release.rules import Cell, Group, Rules
from scoring.release.sets import Sets
from scoring.release.tally import Tally

Vertex = Cell | None
OUTSIDE: Vertex = None


class Board:
    """The graph of rows, columns and classes. ``edges[a][b]`` and ``edges[b][a]`` are the same tally."""

    def __init__(self, ratings: Ratings, rules: Rules) -> None:
        self.ratings = ratings
        self.rules = rules
        self.sets = Sets(rules.apart)
        self.row: dict[Atom, Vertex] = dict.fromkeys(ratings.atoms, OUTSIDE)
        self.column: dict[Atom, Vertex] = dict.fromkeys(ratings.atoms, OUTSIDE)
        self.edges: dict[Vertex, dict[Vertex, Tally]] = defaultdict(dict)

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
        return [atom for atom in self.ratings.atoms_of(cell) if _wider(self._place(cell, atom), cell)]

    def _place(self, cell: Cell, atom: Atom) -> Vertex:
        return self.row[atom] if cell.topic is None else self.column[atom]

    def _across(self, cell: Cell, atom: Atom) -> Vertex:
        return self.column[atom] if cell.topic is None else self.row[atom]

    def _move(self, cell: Cell, moved: Sequence[Atom], to: Vertex) -> None:
        places = self.row if cell.topic is None else self.column
        for atom in moved:
            other = self._across(cell, atom)
            self._take(places[atom], other, self.ratings.atoms[atom])
            places[atom] = to
            self._put(to, other, self.ratings.atoms[atom])

    def _take(self, one: Vertex, other: Vertex, part: Tally) -> None:
        if one == other:  # outside of both: in nothing that is released
            return
        edge = self.edges[one][other]
        if edge.topics == part.topics:  # one person on one topic: nothing else is in it
            del self.edges[one][other], self.edges[other][one]
        else:
            edge.add(part, -1)

    def _put(self, one: Vertex, other: Vertex, part: Tally) -> None:
        if one == other:
            return
        edge = self.edges[one].get(other)
        if edge is None:
            self.edges[one][other] = self.edges[other][one] = part.copy()
        else:
            edge.add(part)

    def _whole(self, touched: set[Vertex]) -> bool:
        """Whether no class that tells single ratings is a way between parts that are not connected without it.

        Only parts around the vertices that changed can have come apart. All are searched in turn, step by step,
        so that the largest need not be searched to its end.
        """
        return not any(self._crosses(part) for part in finished_parts(touched, self.sound))

    def sound(self, vertex: Vertex) -> Iterator[Vertex]:
        """Yield the neighbours by classes that tell no single rating, and the vertex itself in place of others.

        So a step of a search is one edge, however many of a vertex's classes tell.
        """
        for other, tally in self.edges[vertex].items():
            yield vertex if self._tells(vertex, other, tally) else other

    def _crosses(self, part: set[Vertex]) -> bool:
        """Whether a class that tells single ratings leads out of this part."""
        ways = ((vertex, other, tally) for vertex in part for other, tally in self.edges[vertex].items())
        return any(other not in part and self._tells(vertex, other, tally) for vertex, other, tally in ways)

    def _tells(self, one: Vertex, other: Vertex, tally: Tally) -> bool:
        known = tally.known
        if known is not None and known[1] == self.sets.version.get(known[0], 0):
            return known[2]
        group = max(_group(one), _group(other), key=len)
        found = self._looks_telling(group, tally)
        tally.known = group, self.sets.version.get(group, 0), found
        return found

    def _looks_telling(self, group: Group, tally: Tally) -> bool:
        if tally.tells(self.rules):
            return True
        return self._whole_group(group, tally) and not self.sets.apart_within(group, tally.raters.keys())

    def _whole_group(self, group: Group, tally: Tally) -> bool:
        """Whether a class has all people of a group on its topics: then it is as a cell of this group."""
        return all(self.ratings.sizes[group, topic] == number for topic, number in tally.topics.items())


def _wider(place: Vertex, cell: Cell) -> bool:
    return place is None or len(place.group) < len(cell.group)


def _group(place: Vertex) -> Group:
    return () if place is None else place.group
