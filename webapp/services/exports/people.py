"""Everybody whom a view shows, in its order, read in chunks so that memory stays flat."""

from __future__ import annotations

import datetime as dt
import uuid
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import neg
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Score, Sitting
from webapp.services.blind.face import face_of, is_hidden, told_flags
from webapp.services.exports.view import View
from webapp.services.shortlist.asked import NEWEST
from webapp.services.shortlist.cells import Cell
from webapp.services.shortlist.lines import FIGURES, PERSON
from webapp.services.shortlist.on_list import LISTED, on_list
from webapp.services.shortlist.read_page import few_found
from webapp.services.shortlist.search import begins

CHUNK = 2_000
KEY = (Score.id, Score.score, Score.cell, Score.done_at)


class Person(NamedTuple):
    """One line of a list; without a place for those who have no score, or while scores are stopped."""

    code: str
    name: str
    address: str
    stage: str
    language: str
    answered: dt.datetime | None
    place: int | None = None
    group: int | None = None
    p_top_third: float | None = None
    expected_rating: float | None = None
    lower_90: float | None = None
    upper_90: float | None = None
    flags: tuple[str, ...] = ()
    scored: dt.datetime | None = None


def everybody(view: View) -> Iterator[Person]:
    """The ranked people; after them, where nobody is left out, those who are done and have no score."""
    if view.stopped:
        yield from _in_no_order(view, unscored=False)
        return
    yield from ranked(view)
    if not view.query.is_filtered and view.query.by_result:
        yield from _in_no_order(view, unscored=True)


def ranked(view: View) -> Iterator[Person]:
    if view.places is None:
        return
    for keys, places in _keys(view):
        yield from _people(view, keys, places)


Keyed = tuple[Sequence[Row[Any]], Sequence[int]]


def _keys(view: View) -> Iterator[Keyed]:
    """Chunks of those who are wanted, each with the place among all."""
    assert view.places is not None
    found = few_found(view.session, view.places, view.query.asked)
    if found is not None:
        yield from _of_few(view, found)
    elif view.query.by_result:
        yield from _from_the_top(view)
    else:
        yield from _by_day(view)


def _of_few(view: View, found: Sequence[Row[Any]]) -> Iterator[Keyed]:
    """A search or a few days found these: they are sorted here."""
    assert view.places is not None
    ids = [row.id for row in found]
    rows = [row for chunk in _chunks(ids) for row in view.session.execute(_key_rows(view, chunk))]
    rows.sort(key=_order(view))
    for chunk in _chunks(rows):
        yield chunk, view.places.everybody.places_of([row.score for row in chunk])


def _key_rows(view: View, ids: Sequence[uuid.UUID]) -> Select[Any]:
    query: Select[Any] = select(*KEY)  # type: ignore[assignment]
    return query.where(Score.organisation_id == view.vacancy.organisation_id, Score.id.in_(ids))


def _order(view: View) -> Any:
    if view.query.by_result:
        return lambda row: (-row.score, row.id)
    sign = -1 if view.query.order == NEWEST else 1
    return lambda row: (sign * row.done_at.timestamp(), row.id)


def _from_the_top(view: View) -> Iterator[Keyed]:
    """The whole list is counted from its top, so that whoever is left out keeps a place."""
    ordinal, place, last = 0, 0, None
    for rows in _scanned(view.session, _whole(view), _below, (Score.score.desc(), Score.id)):
        wanted: list[Row[Any]] = []
        places: list[int] = []
        for row in rows:
            ordinal += 1
            if row.score != last:
                place, last = ordinal, row.score
            if _is_wanted(view, row):
                wanted.append(row)
                places.append(place)
        yield wanted, places


def _by_day(view: View) -> Iterator[Keyed]:
    """Places stay those by result: eight bytes for each person's score are held for it."""
    scores = array("d")
    for rows in _scanned(view.session, _whole(view), _below, (Score.score.desc(), Score.id)):
        scores.extend(row.score for row in rows)
    newest = view.query.order == NEWEST
    order = (Score.done_at.desc() if newest else Score.done_at, Score.id)
    for rows in _scanned(view.session, _whole(view), _earlier if newest else _later, order):
        wanted = [row for row in rows if _is_wanted(view, row)]
        yield wanted, [1 + bisect_left(scores, -row.score, key=neg) for row in wanted]


def _whole(view: View) -> Select[Any]:
    assert view.places is not None
    query: Select[Any] = select(*KEY)  # type: ignore[assignment]
    return query.where(*on_list(view.places.state), view.places.seq >= LISTED)


def _scanned(session: Session, query: Select[Any], beyond: Any, order: tuple[Any, ...]) -> Iterator[Sequence[Row[Any]]]:
    wanted = query
    while rows := session.execute(wanted.order_by(*order).limit(CHUNK)).all():
        yield rows
        wanted = query.where(*beyond(rows[-1]))


def _below(row: Row[Any]) -> tuple[ColumnElement[bool], ...]:
    # The first bound alone lets the index find the place; `or` at the top would read the whole list.
    return Score.score <= row.score, or_(Score.score < row.score, Score.id > row.id)


def _earlier(row: Row[Any]) -> tuple[ColumnElement[bool], ...]:
    return Score.done_at <= row.done_at, or_(Score.done_at < row.done_at, Score.id > row.id)


def _later(row: Row[Any]) -> tuple[ColumnElement[bool], ...]:
    return Score.done_at >= row.done_at, or_(Score.done_at > row.done_at, Score.id > row.id)


def _is_wanted(view: View, row: Row[Any]) -> bool:
    assert view.places is not None
    asked = view.query.asked
    return (
        (view.places.cells is None or row.cell in view.places.cells)
        and (asked.since is None or row.done_at >= asked.since)
        and (asked.until is None or row.done_at < asked.until)
    )


def _people(view: View, keys: Sequence[Row[Any]], places: Sequence[int]) -> Iterator[Person]:
    owner = view.vacancy.organisation_id
    query: Any = (
        select(*FIGURES, *PERSON)
        .join(Applicant, (Applicant.organisation_id == Score.organisation_id) & (Applicant.id == Score.applicant_id))
        .where(Score.organisation_id == owner, Score.id.in_([key.id for key in keys]))
    )
    if view.query.search:
        query = query.where(begins(view.session, view.vacancy, view.query.search))
    found = {row.id: row for row in view.session.execute(query)} if keys else {}
    for key, place in zip(keys, places, strict=True):
        if key.id in found:
            yield _person(view, found[key.id], place)


def _person(view: View, row: Any, place: int) -> Person:
    cell, hidden = Cell.of(row.cell or 0), is_hidden(view.vacancy, row)
    return Person(
        *_shown(view, row, cell.stage, cell.language),
        None if hidden else row.done_at,
        place,
        view.ties.group_of(row.score),
        row.p_top_third,
        row.expected_rating,
        row.lower_90,
        row.upper_90,
        told_flags(row.flags, hidden=hidden),
        None if hidden else row.created_at,
    )


def _shown(view: View, row: Any, stage: int, language: str) -> tuple[str, str, str, str, str]:
    face = face_of(view.vacancy, row)
    # Whoever invited people knows who answers in which language: beside a code it would name somebody.
    return face.code, face.name, face.address, view.stages.get(stage, ""), "" if view.blind else language


def _in_no_order(view: View, *, unscored: bool) -> Iterator[Person]:
    """By code, which says nothing: those who are done, all or only those whom the list's model gave no score."""
    last = ""
    rows: Sequence[Any]
    while rows := view.session.execute(_done(view, unscored).where(Applicant.code > last).limit(CHUNK)).all():
        for row in rows:
            flags = ("incomplete",) if unscored else ()
            person: Any = row
            answered = None if is_hidden(view.vacancy, person) else row.done_at
            yield Person(*_shown(view, row, row.stage, row.language), answered, flags=flags)
        last = rows[-1].code


def _done(view: View, unscored: bool) -> Select[Any]:
    query: Any = (
        select(*PERSON, Applicant.stage, Applicant.language, Sitting.submitted_at.label("done_at"))
        .join(Sitting, (Sitting.organisation_id == Applicant.organisation_id) & (Sitting.applicant_id == Applicant.id))
        .where(
            Applicant.organisation_id == view.vacancy.organisation_id,
            Applicant.vacancy_id == view.vacancy.id,
            Applicant.state == "done",
            Sitting.purpose == "selection",
        )
        .order_by(Applicant.code)
    )
    if unscored:
        return query.where(~_has_score(view).exists())
    return query.where(*_unflagged_filters(view))


def _has_score(view: View) -> Select[Any]:
    return select(Score.id).where(
        Score.organisation_id == Applicant.organisation_id,
        Score.vacancy_id == Applicant.vacancy_id,
        Score.model_version_id == view.vacancy.model_version_id,
        Score.applicant_id == Applicant.id,
        Score.score.is_not(None),
    )


def _unflagged_filters(view: View) -> list[ColumnElement[bool]]:
    """What can be asked while scores are stopped: stage and language, nothing that comes of a score."""
    bounds: list[ColumnElement[bool]] = []
    if view.query.stages:
        bounds.append(Applicant.stage.in_(view.query.stages))
    if view.query.languages:
        bounds.append(Applicant.language.in_(view.query.languages))
    if view.query.search:
        bounds.append(begins(view.session, view.vacancy, view.query.search))
    return bounds


def _chunks(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
