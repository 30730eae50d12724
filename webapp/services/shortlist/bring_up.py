"""Bring a list up to date before it is read: a short writing transaction, and only where somebody waits.

if is_behind(db.session, vacancy):
    with db.transaction() as writing:
        bring_up(writing, organisation_id, vacancy_id)
page = open_list(db.session, vacancy, ...)
"""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import Score, Vacancy
from webapp.records.base import now
from webapp.services.queue_work import queue_work
from webapp.services.read_vacancy import get_vacancy
from webapp.services.shortlist.on_list import find_state, lock_state
from webapp.services.shortlist.take_in import number_waiting, take_in
from webapp.services.shortlist.tally import count_again, find_tally, held_tally, is_due, is_old
from webapp.services.shortlist.ties import keep_ties, ties_of

AT_ONCE = 2_000
"""So many are taken in while somebody waits for the page; more are for the worker."""

MANY_WAIT = 500
"""Of so many the worker thinks by itself; fewer are placed by whoever opens the list."""

TOPIC = "list.refresh"


def is_behind(session: Session, vacancy: Vacancy, *, waiting: int | None = None) -> bool:
    """Whether somebody waits for a place, nobody has drawn the borders of the tie groups, or a count is old.

    `waiting`: how many wait, where that was just counted.
    """
    if is_due(session, vacancy):
        return True
    waiting = number_waiting(session, vacancy) if waiting is None else waiting
    if waiting:
        return waiting <= AT_ONCE or _may_ask(session, vacancy)
    state = find_state(session, vacancy)
    return state is not None and not ties_of(session, state).settled


def bring_up(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> None:
    """Give everybody who waits a place, and draw borders where there are none; of very many, ask the worker.

    It is asked once a minute at most.
    """
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    state = lock_state(session, vacancy)
    waiting = number_waiting(session, vacancy)
    if waiting <= AT_ONCE:
        take_in(session, vacancy, limit=AT_ONCE)
        keep_ties(session, state)
    if waiting > AT_ONCE or is_due(session, vacancy):
        ask_worker(session, vacancy)


def _may_ask(session: Session, vacancy: Vacancy) -> bool:
    tally = find_tally(session, vacancy)
    return tally is None or is_old(tally.asked_at)


def ask_worker(session: Session, vacancy: Vacancy, model_version_id: uuid.UUID | None = None) -> None:
    """Ask for a list to be brought up, unless somebody did within the minute. Very first counts are made at once."""
    tally = held_tally(session, vacancy)
    if tally.counted_at is None:
        count_again(session, vacancy)
    if is_old(tally.asked_at):
        tally.asked_at = now()
        model = model_version_id or vacancy.model_version_id
        queue_work(session, vacancy.organisation_id, TOPIC, vacancy_id=vacancy.id, model_version_id=model)


# --- what the worker does


def ask_for_long_lists(session: Session) -> None:
    """Lists on which many wait and nobody looks: whoever looks then need not wait."""
    whose = (Score.organisation_id, Score.vacancy_id, Score.model_version_id)
    rows = session.execute(
        select(*whose).where(Score.listed_seq.is_(None)).group_by(*whose).having(func.count() > MANY_WAIT).limit(50)
    ).all()
    for owner, vacancy_id, model in rows:
        ask_worker(session, get_vacancy(session, owner, vacancy_id), model)


def place_some(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, model_version_id: uuid.UUID) -> int:
    """Give the next ones a place; how many were looked at."""
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    return take_in(session, vacancy, model_version_id=model_version_id)


def count_people(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> None:
    """Count a vacancy's people anew. Borders of groups are not drawn here, but when the list is first read."""
    count_again(session, get_vacancy(session, organisation_id, vacancy_id))
