"""Who stands before and after somebody on the list as it is filtered and shown: inside a tie group by code.

Nobody who goes through a list one by one is led through an order that the list itself does not show.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, ListState, Score, Vacancy
from webapp.services.blind.face import Face, face_of
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.shortlist.asked import ListQuery
from webapp.services.shortlist.lines import Line
from webapp.services.shortlist.on_list import find_state, on_list
from webapp.services.shortlist.places import Places
from webapp.services.shortlist.read_page import Here, read_rows
from webapp.services.shortlist.ties import ties_of

MOST = 300
"""Of larger tie groups the next by score is taken: the list, too, shows no more than a page of one at once."""
FIRST, LAST = uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Neighbours:
    """None at an end of the list, and where the list is not by result."""

    before: Face | None = None
    after: Face | None = None


def neighbours_of(session: Session, vacancy: Vacancy, applicant: Applicant, query: ListQuery) -> Neighbours:
    state = find_state(session, vacancy)
    if state is None or not query.by_result or is_stopped(session, vacancy.organisation_id):
        return Neighbours()
    own = session.scalars(select(Score).where(*on_list(state), Score.applicant_id == applicant.id)).first()
    if own is None or own.score is None:
        return Neighbours()
    walk = _Walk(session, vacancy, state, query)
    found = [walk.beside(own, applicant, forwards=forwards) for forwards in (False, True)]
    return Neighbours(*(face_of(vacancy, person) if person else None for person in found))


class _Walk:
    """The list as it is filtered, to be gone through one by one."""

    def __init__(self, session: Session, vacancy: Vacancy, state: ListState, query: ListQuery) -> None:
        self.session, self.vacancy, self.state, self.query = session, vacancy, state, query
        self.places = Places(session, state, None, query.wanted)
        self.ties = ties_of(session, state)

    def beside(self, own: Score, person: Applicant, *, forwards: bool) -> Line | None:
        """The next in the own group by code; beyond it, whoever stands first or last in the next group."""
        score = own.score or 0.0
        group = self._group(score)
        if group is None:
            return self._edge(self._read(score, own.id, forwards, 1), forwards)
        further = [each for each in group if (each.code > person.code if forwards else each.code < person.code)]
        if further:
            return further[0] if forwards else further[-1]
        lowest, above = self._bounds(score)
        rows = self._read(lowest, LAST, True, 1) if forwards else self._read(above, FIRST, False, 1)
        return self._edge(rows, forwards)

    def _edge(self, rows: Sequence[Line], forwards: bool) -> Line | None:
        if not rows:
            return None
        group = self._group(rows[0].score)
        if not group:
            return rows[0]
        return group[0] if forwards else group[-1]

    def _bounds(self, score: float) -> tuple[float, float]:
        """Between which scores the tie group lies: the lowest of it, and the lowest of the group above."""
        number = self.ties.group_of(score)
        if number is None:
            return score, score
        lowest, above = self.ties.borders_of(number)
        return lowest, inf if above is None else above

    def _group(self, score: float) -> list[Line] | None:
        """Those of the tie group whom the filter shows, by code; None where these are too many, or alone."""
        lowest, above = self._bounds(score)
        if lowest == above:
            return None
        rows = self._read(above, LAST, True, MOST + 1)
        inside = [row for row in rows if row.score >= lowest]
        return None if len(inside) > MOST else sorted(inside, key=lambda row: row.code)

    def _read(self, score: float, score_id: uuid.UUID, forwards: bool, number: int) -> Sequence[Line]:
        at = round(self.state.as_of.timestamp() * 1e6) if self.state.as_of else 0
        here = Here(
            self.vacancy.model_version.number, self.state.seq, at, forwards=forwards, score=score, score_id=score_id
        )
        return read_rows(self.session, self.places, self.query.asked, here, number)
