"""Who rates whom, when a rater is asked about more colleagues than anybody would answer with care."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from random import Random
from typing import Generic, TypeVar

Person = TypeVar("Person", bound=Hashable)
Thing = TypeVar("Thing")
Pair = tuple[Person, Person]
LEAST_RATERS = 3


def loads(pairs: Iterable[Pair[Person]]) -> dict[Person, int]:
    """How many colleagues each rater rates; a pair is (performer, rater)."""
    return dict(Counter(map(itemgetter(1), pairs)))


def raters_each(pairs: Iterable[Pair[Person]]) -> dict[Person, int]:
    """How many raters each performer has."""
    return dict(Counter(map(itemgetter(0), pairs)))


def thin(pairs: Sequence[Pair[Person]], cap: int, *, seed: int, least: int = LEAST_RATERS) -> list[Pair[Person]]:
    """Leave each rater at most ``cap`` colleagues, chosen at random, sparing those with few raters.

    Parameters
    ----------
    pairs
        (performer, rater), each once. Their order does not matter to the outcome as long as it is the same.
    cap
        The most colleagues that one rater is asked about; at least 1.
    seed
        The same pairs, cap and seed give the same choice.
    least
        How many raters a performer needs for a figure to be released.

    Returns
    -------
    list
        The pairs kept, in their given order. No rater has more than ``cap``; whoever had at most ``cap`` keeps
        all of them. A performer who had ``least`` raters or more keeps at least ``least`` of them whenever that
        can be had beside the performers who were served before; where demand exceeds what the raters can give,
        as many performers as a random order allows keep theirs, and none of these loses it again.

    Notes
    -----
    First each performer in random order is given ``least`` raters, with augmenting paths that move a rater's
    place from one performer to another who can be served otherwise (Kuhn's algorithm on a graph with
    capacities); one who cannot be given all of them gives the places back. Then the remaining pairs are added
    in random order while their rater has room.
    """
    if cap < 1:
        raise ValueError("cap must be at least 1")
    random = Random(seed)  # noqa: S311 - a draw that can be repeated, not a secret
    places = _Places(_mixed(pairs, random), cap)
    for performer in _mixed(places.raters_of, random):
        if len(places.raters_of[performer]) >= least:
            places.serve(performer, least)
    held = places.held
    for performer, rater in _mixed([pair for pair in pairs if pair[0] not in held[pair[1]]], random):
        if len(held[rater]) < cap:
            held[rater][performer] = None
    return [pair for pair in pairs if pair[0] in held[pair[1]]]


def _mixed(things: Iterable[Thing], random: Random) -> list[Thing]:
    """In random order; sorting by a draw for each takes half the time of swapping."""
    return sorted(things, key=lambda _thing: random.random())


class _Places(Generic[Person]):
    """Who has a place with which rater."""

    def __init__(self, pairs: Iterable[Pair[Person]], cap: int) -> None:
        self.cap = cap
        self.raters_of: dict[Person, list[Person]] = defaultdict(list)
        self.held: dict[Person, dict[Person, None]] = defaultdict(dict)
        self.full: set[Person] = set()
        for performer, rater in pairs:
            self.raters_of[performer].append(rater)

    def serve(self, performer: Person, least: int) -> bool:
        """Give this performer so many raters, or none of them."""
        if self._hopeless(performer, least):
            return False
        for _place in range(least):
            if not self._one_more(performer):
                self._give_back(performer)
                return False
        return True

    def _hopeless(self, performer: Person, least: int) -> bool:
        """Raters in `full` reach only one another, so that what they have left is all that anybody gets from them."""
        if not self.full:
            return len(self.raters_of[performer]) < least
        left = sum(self.cap - len(self.held[rater]) for rater in self.full)
        return left + sum(rater not in self.full for rater in self.raters_of[performer]) < least

    def _give_back(self, performer: Person) -> None:
        for rater in self.raters_of[performer]:
            self.held[rater].pop(performer, None)

    def _one_more(self, performer: Person) -> bool:
        """Find a rater with room, moving others along a shortest chain of raters if need be."""
        return self._with_room(performer) or self._by_moving(performer)

    def _with_room(self, performer: Person) -> bool:
        for rater in self.raters_of[performer]:
            held = self.held[rater]
            if len(held) < self.cap and performer not in held:
                held[performer] = None
                if rater in self.full:
                    self.full.clear()
                return True
        return False

    def _by_moving(self, performer: Person) -> bool:
        came: dict[Person, tuple[Person, Person | None]] = {}
        queue = list(self._open_to(performer, None, came))
        for rater in queue:
            if len(self.held[rater]) < self.cap:
                self._walk_back(rater, came)
                return True
            for other in tuple(self.held[rater]):
                queue.extend(self._open_to(other, rater, came))
        self.full.update(came)
        return False

    def _open_to(
        self, performer: Person, after: Person | None, came: dict[Person, tuple[Person, Person | None]]
    ) -> Iterator[Person]:
        """Raters whom this performer does not hold yet and the search has not met."""
        for rater in self.raters_of[performer]:
            if rater not in came and performer not in self.held[rater]:
                came[rater] = (performer, after)
                yield rater

    def _walk_back(self, rater: Person, came: dict[Person, tuple[Person, Person | None]]) -> None:
        place: Person | None = rater
        while place is not None:
            performer, before = came[place]
            if place in self.full:
                self.full.clear()
            self.held[place][performer] = None
            if before is not None:
                del self.held[before][performer]
            place = before
