"""Who stands before and after somebody on the list as it is filtered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, ListState, Score, Vacancy
from webapp.services.blind.face import Face, face_of
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.shortlist.asked import ListQuery
from webapp.services.shortlist.on_list import find_state, on_list
from webapp.services.shortlist.places import Places
from webapp.services.shortlist.read_page import Here, read_rows


@dataclass(frozen=True)
class Neighbours:
    """None at an end of the list, and where the list is not by result."""

    before: Face | None = None
    after: Face | None = None


def neighbours_of(session: Session, vacancy: Vacancy, applicant: Applicant, query: ListQuery) -> Neighbours:
    state = find_state(session, vacancy)
    if state is None or not query.by_result or is_stopped(session, vacancy.organisation_id):
        return Neighbours()
    own = session.execute(
        select(Score.id, Score.score).where(*on_list(state), Score.applicant_id == applicant.id)
    ).first()
    if own is None or own.score is None:
        return Neighbours()
    places = Places(session, state, None, query.wanted)
    return Neighbours(
        *(
            _next(session, vacancy, places, query, _here(vacancy, state, forwards, own.score, own.id))
            for forwards in (False, True)
        )
    )


def _here(vacancy: Vacancy, state: ListState, forwards: bool, score: float, score_id: object) -> Here:
    at = round(state.as_of.timestamp() * 1e6) if state.as_of else 0
    return Here(vacancy.model_version.number, state.seq, at, forwards=forwards, score=score, score_id=score_id)  # type: ignore[arg-type]


def _next(session: Session, vacancy: Vacancy, places: Places, query: ListQuery, here: Here) -> Face | None:
    rows = read_rows(session, places, query.asked, here, 1)
    return face_of(vacancy, rows[0][1]) if rows else None
