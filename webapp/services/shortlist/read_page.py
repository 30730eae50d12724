"""One page of a list by rank: keyset paging, at any depth as quick as at the top."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select, union, union_all
from sqlalchemy.orm import Session

from webapp.records import Applicant, ListState, Score, Vacancy
from webapp.services.shortlist.lines import Line, lines_of, with_people
from webapp.services.shortlist.on_list import on_list
from webapp.services.shortlist.places import Places
from webapp.services.shortlist.search import beginnings, begins

PAGE = 50
WAYS = ("after", "before")
NOBODY = uuid.UUID(int=0)
BIG = 2**57
FEW = 5_000
"""So many or fewer are read and then sorted; of more, the list itself is read from where one stands."""

FEW_NAMED = 20_000
"""The same where a filter stands beside a search: most of those who are found are left out, so that in the order of
the list a page is filled late."""


@dataclass(frozen=True)
class Here:
    """A place between two people of a list as of a batch: the score and id of one, and which way to read."""

    model_number: int
    seq: int
    at: int
    forwards: bool
    score: float = inf
    score_id: uuid.UUID = NOBODY

    @classmethod
    def end(cls, model_number: int, seq: int, at: int) -> Here:
        """Below everybody: read back from here, the last page comes."""
        return cls(model_number, seq, at, forwards=False, score=-inf)

    @property
    def as_of(self) -> dt.datetime:
        """When the batch came, as the page said that the address is of."""
        return dt.datetime.fromtimestamp(self.at / 1e6, dt.UTC)

    def __str__(self) -> str:
        way = "after" if self.forwards else "before"
        return f"{self.model_number}~{self.seq}~{self.at}~{way}~{self.score.hex()}~{self.score_id.hex}"

    @classmethod
    def read(cls, text: str) -> Here | None:
        """None for an address that was damaged on its way: the list then begins at its top."""
        try:
            number, seq, at, way, score, score_id = text.split("~")
            here = cls(int(number), int(seq), int(at), way == "after", float.fromhex(score), uuid.UUID(score_id))
            return here if way in WAYS and here._is_sound else None
        except (ValueError, OverflowError):
            return None

    @property
    def _is_sound(self) -> bool:
        return 0 <= self.seq < BIG and 0 <= self.at < BIG and not isnan(self.score)


@dataclass(frozen=True)
class Asked:
    """What is looked for besides stage, language and flags."""

    search: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def by_day(self) -> bool:
        return self.since is not None or self.until is not None


Found = Row[Any]
"""A score, its id and, of few, its moment."""


def read_rows(
    session: Session,
    places: Places,
    asked: Asked,
    here: Here | None,
    limit: int,
    *,
    few: Sequence[Found] | bool | None = True,
) -> list[Line]:
    """The next people from here, from the top down or, going back, from the bottom up; `few` where they are known."""
    few = few_found(session, places, asked) if isinstance(few, bool) else few
    ids = [row.id for row in _keys(session, places, asked, here, limit, few)]
    return lines_of(session, places.state.organisation_id, ids)


def _keys(
    session: Session, places: Places, asked: Asked, here: Here | None, limit: int, few: Sequence[Found] | None
) -> Sequence[Found]:
    if few is not None:
        return _from_here(few, here, limit)
    query = _ranked(places, here).where(*also(asked))
    if asked.search:
        query = with_people(query).where(begins(session, _vacancy_of(session, places.state), asked.search))
    if places.cells is None:
        return session.execute(query.limit(limit)).all()
    if asked.by_day:
        return session.execute(query.where(Score.cell.in_(places.cells)).limit(limit)).all()
    return _of_cells(session, places, query, here, limit)


def _of_cells(session: Session, places: Places, query: Select[Any], here: Here | None, limit: int) -> Sequence[Found]:
    """The first of each cell, each found by the index, and of them the first of all."""
    assert places.cells is not None
    if not places.cells:
        return []
    parts = [query.where(Score.cell == cell).limit(limit).subquery() for cell in places.cells]
    rows = session.execute(union_all(*(select(part.c.id, part.c.score) for part in parts))).all()
    return _from_here(rows, here, limit)


def _ranked(places: Places, here: Here | None) -> Select[Any]:
    query: Any = select(Score.id, Score.score).where(*on_list(places.state, places.seq))
    if here is None:
        return query.order_by(Score.score.desc(), Score.id)
    # The first bound alone lets the index find the place; `or` at the top would read the whole list.
    if here.forwards:
        query = query.where(Score.score <= here.score, or_(Score.score < here.score, Score.id > here.score_id))
        return query.order_by(Score.score.desc(), Score.id)
    query = query.where(Score.score >= here.score, or_(Score.score > here.score, Score.id < here.score_id))
    return query.order_by(Score.score, Score.id.desc())


def _from_here(rows: Sequence[Found], here: Here | None, limit: int) -> Sequence[Found]:
    """The same order and the same bounds as the index, for rows that are all here."""
    ordered = sorted(rows, key=lambda row: (-row.score, row.id))
    if here is None:
        return ordered[:limit]
    border = (-here.score, here.score_id)
    if here.forwards:
        return [row for row in ordered if (-row.score, row.id) > border][:limit]
    return [row for row in reversed(ordered) if (-row.score, row.id) < border][:limit]


def few_found(session: Session, places: Places, asked: Asked) -> Sequence[Found] | None:
    """Everybody whom a search or a stretch of days finds, where these are few; None where they are many."""
    if not asked.search and not asked.by_day:
        return None
    columns: Any = select(Score.id, Score.score, Score.done_at)
    query = columns.where(*on_list(places.state, places.seq), *also(asked))
    if places.cells is not None:
        query = query.where(_in_cells(session, places.cells, one_by_one=bool(asked.search)))
    if asked.search:
        ways = _ways(session, places.state, asked.search)
        most = FEW if places.cells is None else FEW_NAMED
        if any(_number(session, way, most) > most for way in ways):
            return None
        named = union(*ways).subquery()
        return session.execute(query.join(named, named.c.id == Score.applicant_id)).all()
    # Counted before they are read: of many nothing is read at all.
    return None if _number(session, query, FEW) > FEW else session.execute(query).all()


def _in_cells(session: Session, cells: Sequence[int], *, one_by_one: bool) -> ColumnElement[bool]:
    """Of people who are looked up one by one SQLite would look for each cell by itself: it is to read the person's."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    return (func.coalesce(Score.cell, -1) if one_by_one and on_sqlite else Score.cell).in_(cells)


def _number(session: Session, query: Select[Any], most: int) -> int:
    """How many there are, counted no further than is needed to call them many."""
    # Nothing of the rows is asked for, so the index alone is read.
    some = query.with_only_columns(literal(1)).limit(most + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _ways(session: Session, state: ListState, search: str) -> list[Select[Any]]:
    """The people whom each of the ways to look finds, each a stretch of an index."""
    here = [Applicant.organisation_id == state.organisation_id, Applicant.vacancy_id == state.vacancy_id]
    ways = beginnings(session, _vacancy_of(session, state), search)
    return [select(Applicant.id).where(*here, way) for way in ways]


def _vacancy_of(session: Session, state: ListState) -> Vacancy:
    return session.get_one(Vacancy, (state.organisation_id, state.vacancy_id))


def also(asked: Asked) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if asked.since is not None:
        bounds.append(Score.done_at >= asked.since)
    if asked.until is not None:
        bounds.append(Score.done_at < asked.until)
    return bounds
