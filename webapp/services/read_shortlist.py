"""The ranked list of one vacancy, page by page; and beside it the people who are not ranked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Score, Vacancy
from webapp.records.vacancy import fold
from webapp.services.tie_groups import Group, Ties, groups_between, listed_scores

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One ranked person."""

    applicant_id: uuid.UUID
    name: str
    email: str
    place: int
    group: int | None
    score: float
    p_top_third: float | None
    expected_rating: float | None
    lower_90: float | None
    upper_90: float | None
    flags: tuple[str, ...]
    scored_at: dt.datetime
    score_id: uuid.UUID
    code: str


@dataclass(frozen=True)
class Cursor:
    """A place between two people: the score and id of one, and which way to read from there."""

    model_number: int
    forwards: bool
    score: float
    score_id: uuid.UUID

    def __str__(self) -> str:
        way = "after" if self.forwards else "before"
        return f"{self.model_number}~{way}~{self.score.hex()}~{self.score_id.hex}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """None for an address that was damaged on its way: the list then begins at its top."""
        try:
            number, way, score, score_id = text.split("~")
            if way not in ("after", "before"):
                return None
            return cls(int(number), way == "after", float.fromhex(score), uuid.UUID(score_id))
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class RankedPage:
    """Fifty people from the top down, their groups, and the ways on."""

    people: tuple[Listed, ...]
    groups: dict[int, Group]
    before: Cursor | None
    after: Cursor | None
    outdated: bool = False

    @property
    def first_place(self) -> int:
        return self.people[0].place if self.people else 0

    @property
    def last_place(self) -> int:
        return self.people[-1].place if self.people else 0


def ranked_page(
    session: Session, vacancy: Vacancy, ties: Ties, *, cursor: Cursor | None = None, search: str = "", size: int = PAGE
) -> RankedPage:
    """Read one page. A cursor from before a re-scoring begins at the top again."""
    outdated = cursor is not None and cursor.model_number != vacancy.model_version.number
    cursor = None if outdated else cursor
    rows = _rows(session, vacancy, cursor, search, size + 1)
    more = len(rows) > size
    rows = rows[:size]
    if cursor and not cursor.forwards:
        rows.reverse()
    people = _placed(session, vacancy, ties, rows, bool(search))
    onwards = more if cursor is None or cursor.forwards else True
    back = cursor is not None and (more if not cursor.forwards else True)
    return RankedPage(
        people=tuple(people),
        groups=groups_between(session, vacancy, ties, [each.group for each in people if each.group]),
        before=_cursor(vacancy, people[0], False) if people and back else None,
        after=_cursor(vacancy, people[-1], True) if people and onwards else None,
        outdated=outdated,
    )


def _cursor(vacancy: Vacancy, person: Listed, forwards: bool) -> Cursor:
    return Cursor(vacancy.model_version.number, forwards, person.score, person.score_id)


def ranked(vacancy: Vacancy) -> Select[Score, Applicant]:
    """Everybody who is ranked, with the score."""
    return listed_scores(vacancy).with_only_columns(Score, Applicant)


def _rows(
    session: Session, vacancy: Vacancy, cursor: Cursor | None, search: str, limit: int
) -> list[Row[Score, Applicant]]:
    query = ranked(vacancy)
    if search:
        query = query.where(matches(search))
    if cursor:
        query = query.where(*_beyond(cursor))
    if cursor and not cursor.forwards:
        query = query.order_by(Score.score, Score.id.desc())
    else:
        query = query.order_by(Score.score.desc(), Score.id)
    return list(session.execute(query.limit(limit)))


def _beyond(cursor: Cursor) -> tuple[ColumnElement[bool], ...]:
    # The first bound alone lets the index find the place; `or` at the top would read the whole list.
    if cursor.forwards:
        return Score.score <= cursor.score, or_(Score.score < cursor.score, Score.id > cursor.score_id)
    return Score.score >= cursor.score, or_(Score.score > cursor.score, Score.id < cursor.score_id)


def matches(search: str) -> ColumnElement[bool]:
    """The beginning of the name, of any word in it, or of the address."""
    folded = fold(search.strip())
    return or_(
        Applicant.name_folded.startswith(folded, autoescape=True),
        Applicant.name_folded.contains(" " + folded, autoescape=True),
        Applicant.email.startswith(search.strip().lower(), autoescape=True),
    )


def _placed(
    session: Session, vacancy: Vacancy, ties: Ties, rows: Sequence[Row[Score, Applicant]], gaps: bool
) -> list[Listed]:
    if gaps:
        places = [place_of(session, vacancy, score.score) for score, _person in rows]
    else:
        places = _running_places(session, vacancy, [score for score, _person in rows])
    return [_listed(ties, score, person, place) for (score, person), place in zip(rows, places, strict=True)]


def place_of(session: Session, vacancy: Vacancy, score: float | None) -> int:
    """Competition ranking: one more than the number of people with a higher score."""
    higher = listed_scores(vacancy).where(Score.score > score)
    return 1 + (session.scalar(select(func.count()).select_from(higher.subquery())) or 0)


def _running_places(session: Session, vacancy: Vacancy, scores: Sequence[Score]) -> list[int]:
    """The places of people who stand one after the other: only the first has to be counted."""
    if not scores:
        return []
    first = scores[0]
    alike = listed_scores(vacancy).where(Score.score == first.score, Score.id < first.id)
    place = place_of(session, vacancy, first.score)
    ordinal = place + (session.scalar(select(func.count()).select_from(alike.subquery())) or 0)
    places: list[int] = []
    for offset, score in enumerate(scores):
        if offset and score.score != scores[offset - 1].score:
            place = ordinal + offset
        places.append(place)
    return places


def everybody_ranked(session: Session, vacancy: Vacancy, ties: Ties, chunk: int = 500) -> Iterator[Listed]:
    """The whole list from the top down, read in chunks, so that memory stays flat."""
    cursor, ordinal, place, last = None, 0, 0, None
    while rows := _rows(session, vacancy, cursor, "", chunk):
        for score, person in rows:
            ordinal += 1
            place = place if score.score == last else ordinal
            last = score.score
            listed = _listed(ties, score, person, place)
            yield listed
        cursor = _cursor(vacancy, listed, True)
        session.expunge_all()


def _listed(ties: Ties, score: Score, person: Applicant, place: int) -> Listed:
    assert score.score is not None
    return Listed(
        applicant_id=person.id,
        name=person.name,
        email=person.email,
        place=place,
        group=ties.group_of(score.score),
        score=score.score,
        p_top_third=score.p_top_third,
        expected_rating=score.expected_rating,
        lower_90=score.lower_90,
        upper_90=score.upper_90,
        flags=tuple(score.flags),
        scored_at=score.created_at,
        score_id=score.id,
        code=person.code,
    )
