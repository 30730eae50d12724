"""Where a place is on a list, at any depth: the stretch that holds it from the kept counts, and inside it by index."""

from __future__ import annotations

import uuid
from bisect import bisect_left

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.records import ListState, Score, Vacancy
from webapp.services.shortlist.numbers import numbers_on
from webapp.services.shortlist.on_list import find_state, on_list
from webapp.services.shortlist.places import Places
from webapp.services.shortlist.read_page import Here


def here_at(session: Session, vacancy: Vacancy, place: int) -> Here | None:
    """Just above the person at this place of the newest list; its end where the list is shorter, None for the top."""
    state = find_state(session, vacancy)
    if state is None or place <= 1:
        return None
    at = round(state.as_of.timestamp() * 1e6) if state.as_of else 0
    batch = (vacancy.model_version.number, state.seq, at)
    above = place_holder(session, state, place - 1) if place <= numbers_on(session, state).all else None
    return (
        Here.end(*batch) if above is None else Here(*batch, forwards=True, score=above.score or 0.0, score_id=above.id)
    )


def place_holder(
    session: Session, state: ListState, number: int, seq: int | None = None
) -> Row[float | None, uuid.UUID] | None:
    """Score and id of the n-th person from the top, counted one by one, as of a batch; None where there are fewer."""
    is_old = seq is not None and seq < state.seq
    found = _stretch_as_of(Places(session, state, seq), number) if is_old else _stretch(session, state, number)
    if found is None:
        return None
    stretch, above = found
    inside = select(Score.score, Score.id).where(*on_list(state, seq))
    if stretch:
        inside = inside.where(Score.score < state.edges[stretch - 1])
    ordered = inside.order_by(Score.score.desc(), Score.id)
    return session.execute(ordered.offset(number - above - 1).limit(1)).one_or_none()


def _stretch(session: Session, state: ListState, number: int) -> tuple[int, int] | None:
    """The stretch that holds this person, and how many stand above it."""
    sums = numbers_on(session, state).above(len(state.edges) + 1)
    return next(((each, sums[each]) for each in range(len(sums) - 1) if sums[each] < number <= sums[each + 1]), None)


def _stretch_as_of(places: Places, number: int) -> tuple[int, int] | None:
    """The same as of an earlier batch: the kept counts hold later people too, so borders are halved and counted."""
    edges = places.state.edges
    if not 0 < number <= places.all:
        return None
    stretch = bisect_left(edges, number, key=places.count_from)
    return stretch, places.count_from(edges[stretch - 1]) if stretch else 0
