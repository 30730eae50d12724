"""Reminding everybody beside others who work on the same people at the same moment, and ended from elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, shortlists, waiting
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.extensions import db
from webapp.jobs import runtime
from webapp.jobs.remind_job import chunk
from webapp.records import Event, Job, Organisation, User, Vacancy
from webapp.services.mails import remind_in_time
from webapp.services.reminding import remind, who

MOST_SECONDS = 30


def house(session: Session, settings: Settings, number: int = 1) -> tuple[Vacancy, User]:
    vacancy = shortlists.vacancy(session)
    user = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "recruiter")
    for _each in range(number):
        waiting.person(session, vacancy, settings)
    session.commit()
    return vacancy, user


def in_thread(app: Flask, work: Callable[[Session], object], faults: list[BaseException]) -> threading.Thread:
    def go() -> None:
        try:
            with app.app_context(), db.scope(), db.transaction() as writing:
                work(writing)
        except Exception as fault:
            faults.append(fault)

    thread = threading.Thread(target=go)
    thread.start()
    return thread


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_neither_waits_for_ever_for_reminders_that_go_out_by_themselves(
    app: Flask, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one holds links and writes mails about their people; the other holds the people and wants their links."""
    vacancy, user = house(session, settings)
    owner, vacancy_id, user_id = vacancy.organisation_id, vacancy.id, user.id
    session.close()
    holds_links, holds_people = threading.Event(), threading.Event()
    post, links = remind_in_time.post_mail, who._links

    def post_late(*given: Any, **named: Any) -> Any:
        holds_links.set()
        assert holds_people.wait(MOST_SECONDS)
        return post(*given, **named)

    def links_held(*given: Any, **named: Any) -> Any:
        holds_people.set()
        return links(*given, **named)

    monkeypatch.setattr(remind_in_time, "post_mail", post_late)
    monkeypatch.setattr(who, "_links", links_held)
    faults: list[BaseException] = []
    first = in_thread(app, remind_in_time.remind_in_time, faults)
    assert holds_links.wait(MOST_SECONDS)
    everybody = {"user_id": user_id, "settings": settings}
    second = in_thread(app, lambda s: remind.remind_everybody(s, owner, vacancy_id, **everybody), faults)
    first.join(MOST_SECONDS)
    second.join(MOST_SECONDS)
    assert not faults


@SQLITE
def test_ended_from_the_page_of_all_runs_it_writes_down_how_far_it_came(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remind, "AT_ONCE", 1)
    monkeypatch.setattr(remind, "CHUNK", 1)
    vacancy, user = house(session, settings, 3)
    hr = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "hr")
    session.commit()
    with db.transaction() as writing:
        job = remind.remind_everybody(writing, user.organisation_id, vacancy.id, user_id=user.id, settings=settings)
    assert job is not None
    session.commit()
    runtime.enter(app)
    assert chunk(user.organisation_id, job.id)
    sign_in(client, hr)
    client.get("/hr/staff/hired")
    client.send(f"/hr/models/jobs/{job.id}/cancel")  # type: ignore[attr-defined]
    session.expire_all()
    ended = session.get_one(Job, (user.organisation_id, job.id))
    assert (ended.state, ended.parameters["so_far"]["after"]) == ("cancelled", "")
    (event,) = session.scalars(select(Event).where(Event.action == "applicants.reminded"))
    assert (event.detail["how"], event.detail["number"]) == ("stopped", 1)
