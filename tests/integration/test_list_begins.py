"""Lists that begin while people withdraw or are decided about: what is kept of them agrees. PostgreSQL alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, shortlists
from webapp.extensions import db
from webapp.records import Sitting, Vacancy
from webapp.services.decisions.decide import decide
from webapp.services.decisions.reasons import Why
from webapp.services.lock_row import lock_row
from webapp.services.rights.withdraw_application import withdraw_application
from webapp.services.shortlist import take_in
from webapp.services.shortlist.bring_up import bring_up
from webapp.services.shortlist.counts_agree import counts_agree
from webapp.services.shortlist.on_list import find_state


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """SQLite has one writer at a time."""
    return postgres_url


class House:
    """Three people who wait for a list that nobody began, and the doings of three others."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        vacancy = shortlists.vacancy(session)
        ids = [shortlists.scored(session, vacancy, score).id for score in (4.5, 3.5, 2.5)]
        company = session.get_one(people.Organisation, vacancy.organisation_id)
        anna = people.user(session, company, "recruiter").id
        leaver = session.scalars(select(Sitting.id).where(Sitting.applicant_id == ids[2])).one()
        self.owner, self.vacancy, why = vacancy.organisation_id, vacancy.id, Why(text="The papers fit the job.")
        owner, where = self.owner, self.vacancy
        self.begin: Doing = lambda writing: bring_up(writing, owner, where)
        self.decide: Doing = lambda writing: decide(writing, owner, where, ids[:2], 1, why, user_id=anna)
        self.withdraw: Doing = lambda writing: withdraw_application(writing, owner, leaver)
        session.commit()

    def do(self, doing: Doing) -> None:
        with self.app.test_request_context(), db.scope(), db.transaction() as writing:
            doing(writing)

    def agrees(self) -> bool:
        self.session.rollback()
        self.session.expire_all()
        state = find_state(self.session, self.session.get_one(Vacancy, (self.owner, self.vacancy)))
        return state is not None and counts_agree(self.session, state)


Doing = Callable[[Session], Any]


class Gate:
    """Somebody stops here until the others came as far as they can."""

    def __init__(self, inner: Callable[..., Any]) -> None:
        self.inner, self.reached, self.open = inner, Event(), Event()

    def __call__(self, *args: Any) -> Any:
        self.reached.set()
        self.open.wait(10)
        return self.inner(*args)


def test_whoever_withdraws_or_is_moved_while_a_list_begins_is_counted_as_they_are(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(app, session)
    gate = Gate(take_in._place)
    monkeypatch.setattr(take_in, "_place", gate)
    with ThreadPoolExecutor(3) as threads:
        beginning = threads.submit(house.do, house.begin)
        assert gate.reached.wait(10)
        others = [threads.submit(house.do, each) for each in (house.decide, house.withdraw)]
        # Sending answers holds the vacancy with others, and need not wait for the list.
        house.do(lambda writing: lock_row(writing, Vacancy, house.owner, house.vacancy, shared=True))
        assert not any(each.done() for each in others)
        gate.open.set()
        for each in (beginning, *others):
            each.result(20)
    assert house.agrees()


@pytest.mark.parametrize("which", ["decide", "withdraw"])
def test_a_list_begins_after_those_who_change_people_already(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """They found no list, and end later than it would begin."""
    house = House(app, session)
    gate = Gate(lambda writing: None)

    def slow(writing: Session) -> None:
        getattr(house, which)(writing)
        writing.flush()
        gate(writing)

    with ThreadPoolExecutor(2) as threads:
        changing = threads.submit(house.do, slow)
        assert gate.reached.wait(10)
        beginning = threads.submit(house.do, house.begin)
        with pytest.raises(TimeoutError):
            beginning.result(0.3)
        gate.open.set()
        changing.result(20)
        beginning.result(20)
    assert house.agrees()
