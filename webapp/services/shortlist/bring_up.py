"""Bring a list up to date before it is read: a short writing transaction, and only where somebody waits.

if is_behind(db.session, vacancy):
    with db.transaction() as writing:
        bring_up(writing, organisation_id, vacancy_id)
page = open_list(db.session, vacancy, ...)
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from webapp.records import Vacancy
from webapp.services.read_vacancy import get_vacancy
from webapp.services.shortlist.on_list import find_state, lock_state
from webapp.services.shortlist.take_in import are_waiting, number_waiting, take_in
from webapp.services.shortlist.ties import keep_ties, ties_of

AT_ONCE = 2_000
"""So many are taken in while somebody waits for the page; more are for the worker."""


def is_behind(session: Session, vacancy: Vacancy) -> bool:
    """Whether somebody waits for a place, or nobody has drawn the borders of the tie groups yet."""
    if are_waiting(session, vacancy):
        return True
    state = find_state(session, vacancy)
    return state is not None and not ties_of(session, state).settled


def bring_up(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> None:
    """Give everybody who waits a place, if these are few; draw the borders where nobody has."""
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    if number_waiting(session, vacancy) <= AT_ONCE:
        take_in(session, vacancy, limit=AT_ONCE)
    if not are_waiting(session, vacancy):
        keep_ties(session, lock_state(session, vacancy))
