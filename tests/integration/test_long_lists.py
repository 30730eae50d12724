"""Lists on which very many wait, and vacancies with too many people to count them at each look."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import shortlists
from webapp.records import Outbox, Vacancy
from webapp.records.base import now
from webapp.services.read_vacancy import funnel
from webapp.services.shortlist import bring_up as bringing
from webapp.services.shortlist import tally
from webapp.services.shortlist.bring_up import (
    TOPIC,
    ask_for_long_lists,
    bring_up,
    count_people,
    is_behind,
    place_some,
)
from webapp.services.shortlist.leave import put_back, take_off
from webapp.services.shortlist.open_list import open_list
from webapp.services.shortlist.tally import find_tally


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is many elsewhere is few here."""
    monkeypatch.setattr(bringing, "AT_ONCE", 3)
    monkeypatch.setattr(bringing, "MANY_WAIT", 3)
    monkeypatch.setattr(tally, "MANY", 5)


def waiting(session: Session, number: int) -> Vacancy:
    vacancy = shortlists.vacancy(session)
    for place in range(number):
        shortlists.scored(session, vacancy, 1.0 + place / 10)
    return vacancy


def asked(session: Session) -> Sequence[dict[str, str]]:
    return session.scalars(select(Outbox.payload).where(Outbox.topic == TOPIC)).all()


def open_it(session: Session, vacancy: Vacancy) -> None:
    if is_behind(session, vacancy):
        bring_up(session, vacancy.organisation_id, vacancy.id)


def work(session: Session) -> None:
    """What the worker does with what was asked."""
    for payload in asked(session):
        vacancy, model = payload["vacancy_id"], payload["model_version_id"]
        row = session.scalars(select(Vacancy).where(Vacancy.id == uuid.UUID(vacancy))).one()
        while place_some(session, row.organisation_id, row.id, row.model_version_id):
            assert str(row.model_version_id) == model
        count_people(session, row.organisation_id, row.id)


def test_of_very_many_the_worker_is_asked_once_and_the_page_says_how_many_wait(session: Session) -> None:
    vacancy = waiting(session, 4)
    for _look in range(3):
        open_it(session, vacancy)
    assert len(asked(session)) == 1
    page = open_list(session, vacancy)
    assert (len(page.rows), page.waiting) == (0, 4)
    work(session)
    open_it(session, vacancy)
    page = open_list(session, vacancy)
    assert (len(page.rows), page.waiting, page.ties.settled) == (4, 0, True)


@SQLITE
def test_nobody_has_to_look_for_a_long_list_to_be_placed(session: Session) -> None:
    waiting(session, 2)
    long = waiting(session, 4)
    ask_for_long_lists(session)
    ask_for_long_lists(session)
    assert [payload["vacancy_id"] for payload in asked(session)] == [str(long.id)]


@SQLITE
def test_very_many_people_are_counted_now_and_then_and_the_moment_is_told(session: Session) -> None:
    vacancy = waiting(session, 3)
    for _person in range(4):
        shortlists.applicant(session, vacancy)
    open_it(session, vacancy)
    first = funnel(session, vacancy)
    assert (first.invited, first.started, first.done, first.scored) == (7, 3, 3, 3)
    assert first.as_of is not None
    shortlists.applicant(session, vacancy)
    assert funnel(session, vacancy).invited == 7, "as at the moment that is told"
    assert not is_behind(session, vacancy)
    row = find_tally(session, vacancy)
    assert row
    row.counted_at = row.asked_at = now() - dt.timedelta(minutes=5)
    session.flush()
    open_it(session, vacancy)
    assert len(asked(session)) == 2
    work(session)
    later = funnel(session, vacancy)
    assert later.invited == 8
    assert later.as_of
    assert later.as_of > first.as_of


@SQLITE
def test_of_few_people_every_look_counts(session: Session) -> None:
    vacancy = waiting(session, 2)
    open_it(session, vacancy)
    assert (funnel(session, vacancy).invited, funnel(session, vacancy).as_of) == (2, None)
    shortlists.scored(session, vacancy, 4.0)
    counted = funnel(session, vacancy)
    assert (counted.invited, counted.scored) == (3, 3), "who waits for a place has a score"


@SQLITE
def test_who_leaves_before_anybody_looked_is_not_counted_as_waiting(session: Session) -> None:
    vacancy = waiting(session, 2)
    person = shortlists.scored(session, vacancy, 4.0)
    person.state = "withdrawn"
    take_off(session, vacancy.organisation_id, [person.id])
    counted = funnel(session, vacancy)
    assert (counted.done, counted.scored, counted.unscored) == (2, 2, 0)
    person.state = "done"
    put_back(session, vacancy.organisation_id, [person.id])
    assert funnel(session, vacancy).scored == 3
    open_it(session, vacancy)
    assert len(open_list(session, vacancy).rows) == 3
