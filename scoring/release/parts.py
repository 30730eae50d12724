"""Connected parts of a graph around some vertices, without searching the largest part to its end."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

V = TypeVar("V", bound=Hashable)


class _Part(Generic[V]):
    """What has been found together so far, and the ways that have not been gone yet."""

    def __init__(self, vertex: V, ways: Iterator[V]) -> None:
        self.found: set[V] = {vertex}
        self.ways = [ways]


def finished_parts(start: Iterable[V], neighbours: Callable[[V], Iterator[V]]) -> list[set[V]]:
    """Return the connected parts in which these vertices lie, but the one that takes the longest to search.

    The search goes from all of them at once, one step each in turn. Parts that meet are one part. Where only one is
    left that is not yet known to its end, it stays unsearched; where all vertices are connected, none is returned.
    """
    part_of = {vertex: _Part(vertex, neighbours(vertex)) for vertex in start}
    running = list(dict.fromkeys(part_of.values()))
    finished: list[set[V]] = []
    while len(running) > 1:
        for part in list(running):
            if len(running) > 1 and part in running and not _step(part, part_of, running, neighbours):
                running.remove(part)
                finished.append(part.found)
    return finished


def _step(
    part: _Part[V], part_of: dict[V, _Part[V]], running: list[_Part[V]], neighbours: Callable[[V], Iterator[V]]
) -> bool:
    """Go one way; whether there are any left."""
    for found in part.ways[-1]:
        other = part_of.get(found)
        if other is None:
            part.found.add(found)
            part_of[found] = part
            part.ways.append(neighbours(found))
        elif other is not part:
            _join(part, other, part_of)
            running.remove(other)
        return True
    part.ways.pop()
    return bool(part.ways)


def _join(part: _Part[V], other: _Part[V], part_of: dict[V, _Part[V]]) -> None:
    part.found |= other.found
    part.ways += other.ways
    for vertex in other.found:
        part_of[vertex] = part
