"""Places and numbers of people, from the kept counts: exact as of the batch at which the list is read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import inf, nextafter
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from webapp.records import ListState, Score
from webapp.services.shortlist.cells import EVERYBODY, Wanted
from webapp.services.shortlist.count_many import counts_between
from webapp.services.shortlist.numbers import numbers_on
from webapp.services.shortlist.on_list import of_list, on_list
from webapp.services.shortlist.stretches import stretch_of

SEVERAL = 16
"""Scores on one stretch of which the places are asked: of so many the stretch is read."""


class Places:
    """The list as of one batch: how many people stand above a score, how many there are in all."""

    def __init__(self, session: Session, state: ListState, seq: int | None = None, wanted: Wanted = EVERYBODY) -> None:
        self.session = session
        self.state = state
        self.seq = state.seq if seq is None else min(seq, state.seq)
        numbers = numbers_on(session, state)
        self.by_cell = numbers.by_cell
        self.cells = None if wanted.all else wanted.among(self.by_cell)
        self._above = numbers.above(len(state.edges) + 1, self.cells)
        self._counted: dict[float, int] = {}
        self._known: dict[float, int] = {}

    @property
    def all(self) -> int:
        """Everybody who is wanted, as of the batch."""
        return self._above[-1] - (self._newer() if self._is_old else 0)

    @property
    def _is_old(self) -> bool:
        return self.seq < self.state.seq

    def count_above(self, score: float) -> int:
        """How many people have a higher score."""
        return self._known[score] if score in self._known else self._count(score, with_it=False)

    def count_from(self, score: float) -> int:
        """How many people have this score or a higher one; where one group ends the next begins, so it is kept."""
        if score not in self._counted:
            self._counted[score] = self._count(score, with_it=True)
        return self._counted[score]

    @cached_property
    def everybody(self) -> Places:
        """The same list with nobody left out."""
        return self if self.cells is None else Places(self.session, self.state, self.seq)

    def place_of(self, score: float) -> int:
        """Competition ranking: one more than the number of people with a higher score."""
        return 1 + self.count_above(score)

    def places_of(self, scores: Sequence[float]) -> list[int]:
        """The places of these, which may be anywhere on the list."""
        by_stretch: dict[int, set[float]] = {}
        for score in scores:
            by_stretch.setdefault(stretch_of(self.state.edges, score), set()).add(score)
        alone = [score for some in by_stretch.values() for score in some if self._is_read_alone(some)]
        above = self._above_singly(alone)
        for stretch, some in by_stretch.items():
            if not self._is_read_alone(some):
                above |= self._above_together(stretch, some)
        return [1 + above[score] for score in scores]

    def _is_read_alone(self, scores: set[float]) -> bool:
        return len(scores) < SEVERAL or self._is_old

    def _above_together(self, stretch: int, scores: set[float]) -> dict[float, int]:
        """How many people stand above each of these, which are on one stretch: it is read once."""
        inside = select(-Score.score).where(*on_list(self.state), Score.score > min(scores))
        falling = sorted(self.session.scalars(self._of_cells(self._below_edge(inside, stretch))))
        return {score: self._above[stretch] + bisect_left(falling, -score) for score in scores}

    def _above_singly(self, scores: Sequence[float]) -> dict[float, int]:
        """The same for scores here and there, each counted inside its stretch, all in one query."""
        edges, stretches = self.state.edges, [stretch_of(self.state.edges, score) for score in scores]
        pairs = [(score, edges[at - 1] if at else inf) for score, at in zip(scores, stretches, strict=True)]
        inside = counts_between(self.session, self.state, pairs)
        newer = self._newer_above(scores) if self._is_old else dict.fromkeys(scores, 0)
        return {
            score: self._above[stretch] + number - newer[score]
            for score, stretch, number in zip(scores, stretches, inside, strict=True)
        }

    def know(self, above: Iterable[float], from_these: Iterable[float]) -> None:
        """Count at once what a page will ask for one by one: who stands above, and who from a score on."""
        if self.cells is not None:
            return
        above = [score for score in above if score not in self._known]
        from_these = [score for score in from_these if score not in self._counted]
        found = self._above_singly([*above, *(nextafter(score, -inf) for score in from_these)])
        self._known |= {score: found[score] for score in above}
        self._counted |= {score: found[nextafter(score, -inf)] for score in from_these}

    def _newer_above(self, scores: Sequence[float]) -> dict[float, int]:
        return {score: self._newer(score) for score in scores}

    def _below_edge(self, query: Select[Any], stretch: int) -> Select[Any]:
        return query.where(Score.score < self.state.edges[stretch - 1]) if stretch else query

    def _count(self, score: float, *, with_it: bool) -> int:
        stretch = stretch_of(self.state.edges, score)
        inside = self._below_edge(select(func.count()).where(*on_list(self.state), _reaches(score, with_it)), stretch)
        number = self._above[stretch] + (self.session.scalar(self._of_cells(inside)) or 0)
        return number - (self._newer(score, with_it) if self._is_old else 0)

    def _newer(self, score: float | None = None, with_it: bool = False) -> int:
        """Those who came after the batch: they are in the counts, and not on the list as it is read."""
        state = self.state
        found: Select[Any] = select(func.count()).where(
            *of_list(state.organisation_id, state.vacancy_id, state.model_version_id), Score.listed_seq > self.seq
        )
        if score is not None:
            found = found.where(_reaches(score, with_it))
        return self.session.scalar(self._of_cells(found)) or 0

    def _of_cells(self, query: Select[Any]) -> Select[Any]:
        return query if self.cells is None else query.where(Score.cell.in_(self.cells))

    def newer_than_read(self) -> int:
        """How many results have come since the batch, of all that are on the list."""
        if not self._is_old:
            return 0
        state = self.state
        return (
            self.session.scalar(
                select(func.count()).where(
                    *of_list(state.organisation_id, state.vacancy_id, state.model_version_id),
                    Score.listed_seq > self.seq,
                )
            )
            or 0
        )


def _reaches(score: float, with_it: bool) -> ColumnElement[bool]:
    return Score.score >= score if with_it else Score.score > score


def numbers_by_cell(session: Session, state: ListState) -> dict[int, int]:
    """How many people each cell holds."""
    return numbers_on(session, state).by_cell
