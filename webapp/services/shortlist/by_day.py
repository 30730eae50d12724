"""A list by the day on which the answers were sent, the newest or the oldest first; places stay those by result.

As quick as by result: the index of days holds the order, and where a filter or a search leaves few people these are
read and then sorted.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from webapp.records import Score, Vacancy
from webapp.services.shortlist.asked import NEWEST, ListQuery
from webapp.services.shortlist.lines import Line, lines_of, with_people
from webapp.services.shortlist.on_list import find_state, on_list
from webapp.services.shortlist.open_list import ListPage, _Reading, is_outdated
from webapp.services.shortlist.read_page import FEW, PAGE, Here, also
from webapp.services.shortlist.search import begins
from webapp.services.shortlist.take_in import number_waiting

START = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
MOST_MICROSECONDS = float(2**57)
Keyed = tuple[float, uuid.UUID]
People = list[Line]


def open_by_day(
    session: Session,
    vacancy: Vacancy,
    query: ListQuery,
    *,
    here: Here | None = None,
    size: int = PAGE,
    waiting: int | None = None,
) -> ListPage:
    """Read one page; `here` is of a list in the same order."""
    state = find_state(session, vacancy)
    waiting = number_waiting(session, vacancy) if waiting is None else waiting
    if state is None:
        return ListPage(waiting=waiting)
    outdated = here is not None and is_outdated(vacancy, state, here)
    here = None if outdated else here
    reading = _DayReading(session, vacancy, state, query.wanted, query.asked, here, size)
    reading.sign = 1 if query.order == NEWEST else -1
    return replace(reading.page(), outdated=outdated, waiting=waiting)


class _DayReading(_Reading):
    """A page in which a border's `score` is the moment in microseconds, turned round for the oldest first."""

    sign = 1

    def _border(self, one: Line | None, *, forwards: bool = True) -> Here:
        if one is None or one.done_at is None:
            return Here(*self._batch, forwards=True)
        return Here(*self._batch, forwards=forwards, score=self._key(one.done_at), score_id=one.id)

    def _key(self, moment: dt.datetime) -> float:
        return float(self.sign * ((moment - START) // MICROSECOND))

    def _found(self) -> tuple[People, bool, bool]:
        here = self.here
        rows = self._people(here, self.size + 1)
        more, rows = len(rows) > self.size, rows[: self.size]
        if here is None or here.forwards:
            return rows, bool(rows) and here is not None and here.score < inf, more
        if not more and here.score > -inf:
            rows = self._people(None, self.size + 1)
            return rows[: self.size], False, len(rows) > self.size
        rows.reverse()
        return rows, more, here.score > -inf

    def _counted_from(self, found: Sequence[Line]) -> list[float]:
        return []

    def _placed(self, scores: Sequence[float | None], found: Sequence[Line]) -> list[int]:
        return self.places.everybody.places_of([score for score in scores if score is not None])

    def _people(self, here: Here | None, limit: int) -> People:
        keys = self._keys()
        ids = self._ids(here, limit) if keys is None else _cut_out(keys, here, limit)
        return lines_of(self.session, self.state.organisation_id, ids)

    def _ids(self, here: Here | None, limit: int) -> Sequence[uuid.UUID]:
        """By the index of days; where a filter lets few through they are not read this way."""
        backwards = here is not None and not here.forwards
        query = self._wanted(select(Score.id)).where(*self._beyond(here))
        if self.asked.search:
            query = with_people(query).where(begins(self.session, self.vacancy, self.asked.search))
        down = (self.sign > 0) != backwards
        first = Score.done_at.desc() if down else Score.done_at
        return self.session.scalars(
            query.order_by(first, Score.id.desc() if backwards else Score.id).limit(limit)
        ).all()

    def _wanted(self, query: Select[Any]) -> Select[Any]:
        query = query.where(*on_list(self.state, self.places.seq), *also(self.asked))
        if self.places.cells is not None:
            query = query.where(Score.cell.in_(self.places.cells))
        return query

    def _beyond(self, here: Here | None) -> list[ColumnElement[bool]]:
        """Both bounds, the first alone so that the index finds the place."""
        if here is None or abs(here.score) > MOST_MICROSECONDS:
            return []
        moment = START + int(self.sign * here.score) * MICROSECOND
        later = (self.sign > 0) != here.forwards
        same = Score.id > here.score_id if here.forwards else Score.id < here.score_id
        if later:
            return [Score.done_at >= moment, or_(Score.done_at > moment, same)]
        return [Score.done_at <= moment, or_(Score.done_at < moment, same)]

    def _keys(self) -> list[Keyed] | None:
        """Everybody who is wanted, where these are few; None where they are many."""
        if self.asked.search or self.asked.by_day:
            return None if self.few is None else self._keyed(self.few)
        if self.places.cells is None or self.places.all > FEW:
            return None
        days: Any = select(Score.id, Score.done_at)
        return self._keyed(self.session.execute(self._wanted(days)).all())

    def _keyed(self, rows: Sequence[Any]) -> list[Keyed]:
        return [(self._key(row.done_at), row.id) for row in rows]


def _cut_out(keys: list[Keyed], here: Here | None, limit: int) -> list[uuid.UUID]:
    """The same order and bounds as the index has, for people who are all here."""
    ordered = sorted((-key, each) for key, each in keys)
    if here is None:
        return [each for _key, each in ordered[:limit]]
    border = (-here.score, here.score_id)
    if here.forwards:
        return [each for key, each in ordered if (key, each) > border][:limit]
    return [each for key, each in reversed(ordered) if (key, each) < border][:limit]
