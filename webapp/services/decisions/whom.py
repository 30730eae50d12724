"""Whom somebody chose on a list: people who were ticked, or everybody of a view, down to the cut line or below it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import Applicant, ListState, Score, Vacancy
from webapp.services.blind.face import plain_code
from webapp.services.decisions.draft import MOST
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.shortlist.asked import ListQuery
from webapp.services.shortlist.at_place import place_holder
from webapp.services.shortlist.on_list import find_state, on_list
from webapp.services.shortlist.places import Places
from webapp.services.shortlist.read_page import also, with_people
from webapp.services.shortlist.search import begins

VIEW, ABOVE, BELOW = WAYS = ("view", "above", "below")
"""Everybody of the view; those of them down to the cut line; those of them below it."""


@dataclass(frozen=True)
class Seen:
    """The list that a page showed: its batch, its model, and how many were on it; None where a page says nothing."""

    seq: int | None = None
    model: int | None = None
    all: int | None = None


@dataclass(frozen=True)
class Border:
    """The last person above the cut line."""

    score: float
    score_id: uuid.UUID

    @property
    def above(self) -> list[ColumnElement[bool]]:
        return [Score.score >= self.score, or_(Score.score > self.score, Score.id <= self.score_id)]

    @property
    def below(self) -> list[ColumnElement[bool]]:
        return [Score.score <= self.score, or_(Score.score < self.score, Score.id > self.score_id)]


def by_codes(session: Session, vacancy: Vacancy, codes: Sequence[str]) -> list[uuid.UUID]:
    """Those of these codes that are this vacancy's; others are left out."""
    plain = list(dict.fromkeys(plain_code(code) for code in codes))
    found: list[uuid.UUID] = []
    for start in range(0, len(plain), 500):
        found += session.scalars(
            select(Applicant.id).where(
                Applicant.organisation_id == vacancy.organisation_id,
                Applicant.vacancy_id == vacancy.id,
                Applicant.code.in_(plain[start : start + 500]),
            )
        )
    return found


def of_view(
    session: Session, vacancy: Vacancy, query: ListQuery, way: str, *, cut: int = 0, seen: Seen | None = None
) -> list[uuid.UUID]:
    """By the list as the page showed it, so that nobody is swept who was not there, and nobody crosses the line."""
    if is_stopped(session, vacancy.organisation_id):
        raise Conflict(_("Scores are stopped, so there is no order of people. Tick those whom you mean."))
    state = find_state(session, vacancy)
    if state is None:
        raise Invalid([_("Nobody is on this list yet.")])
    seen = seen or Seen()
    _check_still_there(vacancy, state, seen)
    places = Places(session, state, seen.seq, query.wanted)
    border = _border(places, cut, seen) if way in (ABOVE, BELOW) else None
    return _read(session, vacancy, places, query, way, border)


def _check_still_there(vacancy: Vacancy, state: ListState, seen: Seen) -> None:
    other_model = seen.model is not None and seen.model != vacancy.model_version.number
    if other_model or (seen.seq is not None and seen.seq < state.renewed_seq):
        raise _changed()


def _changed() -> Conflict:
    return Conflict(_("The list changed after you opened it, so nobody was chosen. Open the list and look again."))


def _border(places: Places, cut: int, seen: Seen) -> Border:
    """The line of that page. Whoever left the list since would let somebody else across it: then nobody is chosen."""
    if cut < 1:
        raise Invalid([_("Set the cut line first: after how many people it stands.")])
    if seen.all is not None and seen.all != places.everybody.all:
        raise _changed()
    found = place_holder(places.session, places.state, cut, places.seq)
    if found is None or found.score is None:
        raise Invalid([_("The list is shorter than the cut line. Set the line again.")])
    return Border(found.score, found.id)


def _read(
    session: Session, vacancy: Vacancy, places: Places, query: ListQuery, way: str, border: Border | None
) -> list[uuid.UUID]:
    """In no order: whoever is meant is meant alike."""
    asked: Any = select(Score.applicant_id).where(*on_list(places.state, places.seq), *also(query.asked))
    if places.cells is not None:
        asked = asked.where(Score.cell.in_(places.cells))
    if query.search:
        asked = with_people(asked).where(begins(session, vacancy, query.search))
    if border is not None:
        asked = asked.where(*(border.above if way == ABOVE else border.below))
    people = list(session.scalars(asked.limit(MOST + 1)))
    if len(people) > MOST:
        raise Invalid(
            [_("Choose at most %(most)s people at once: filter the list further.", most=format_decimal(MOST))]
        )
    return people
