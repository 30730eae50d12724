"""The page on which everybody is reminded: what it says before, while it goes on, and at its end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, shortlists, waiting
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.records import Job, Mail, Organisation, Vacancy
from webapp.records.base import now
from webapp.security import derived_token
from webapp.services.reminding import plan, remind


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


class Desk:
    """A recruiter at an open vacancy."""

    def __init__(self, app: Flask, client: FlaskClient, session: Session, settings: Settings) -> None:
        self.app, self.client, self.session, self.settings = app, client, session, settings
        self.vacancy: Vacancy = shortlists.vacancy(session, title="Service adviser")
        owner = session.get_one(Organisation, self.vacancy.organisation_id)
        user = people.user(session, owner, "recruiter", name="Rita Recruits")
        session.commit()
        sign_in(client, user)
        self.base = f"/vacancies/{self.vacancy.id}"

    def person(self, **values: object) -> None:
        waiting.person(self.session, self.vacancy, self.settings, **values)  # type: ignore[arg-type]
        self.session.commit()

    def look(self, address: str = "/remind", status: int = 200) -> str:
        reply = self.client.get(f"{self.base}{address}")
        assert reply.status_code == status
        return spaced(reply.get_data(as_text=True))

    def press(self, address: str = "/remind", status: int = 302) -> str:
        reply = self.client.send(f"{self.base}{address}")  # type: ignore[attr-defined]
        assert reply.status_code == status
        return self.look() if status == 302 else spaced(reply.get_data(as_text=True))

    def mails(self) -> int:
        self.session.commit()
        return len(self.session.scalars(select(Mail.id)).all())


def spaced(page: str) -> str:
    """What a page says, in one line, with its marks, but for those that keep a name's direction apart."""
    return " ".join(re.sub("[\u2068\u2069]", "", page).split())


@pytest.fixture
def desk(app: Flask, client: FlaskClient, session: Session, settings: Settings) -> Desk:
    return Desk(app, client, session, settings)


def test_it_is_looked_at_before_it_is_sent(desk: Desk) -> None:
    assert "Nobody waits" in desk.look()
    desk.person(name="Ona Žukė", language="lt")
    desk.person(name="Jonas", language="lt", state="started")
    desk.person(language="en", ends=-1)
    desk.person(name="Lately Invited", invited=1, sent=1)
    desk.person(state="withdrawn")
    page = desk.look()
    told = ["3 people are not done and will be reminded.", "1 gets a new link", "1 person was invited or reminded"]
    told += ["1 person withdrew.", "Remind 3 people", "as Ona Žukė reads it", "{link}"]
    assert not [each for each in told if each not in page]
    assert re.search(r'lang="lt" dir="auto">[^<]*Ona Žukė', page), "in the language of whoever gets it"
    assert "Русский" not in page.split("What they read")[1].split("<footer")[0]
    assert "/i/" not in page
    assert desk.mails() == 0
    page = desk.press()
    assert "3 people get the link once more." in page
    assert "by Rita Recruits" in page
    assert "3 people were reminded. 1 was left out." in page
    assert "Nobody needs a reminder now" in page
    assert desk.mails() == 2
    page = desk.press()
    assert "Nobody was reminded" in page
    assert "3 people were reminded." in page
    assert desk.mails() == 2


def test_many_are_reminded_in_the_background(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remind, "AT_ONCE", 1)
    monkeypatch.setattr(plan, "COUNTED", 1)
    for _each in range(2):
        desk.person()
    page = desk.look()
    assert "2 people are not done." in page
    assert "How many were left out is told at the end." in page
    assert "{name}" in page
    assert "waits for its turn" in desk.press()
    page = desk.look("/unranked?stage=waiting")
    assert "waits for its turn" in page
    assert "Remind all of them" not in page
    (job,) = desk.session.scalars(select(Job)).all()
    number = job.id
    waiting.work(desk.app, desk.session, job)
    assert "2 people were reminded." in desk.look("/unranked?stage=waiting")
    assert "This run has ended already" in desk.press(f"/remind/{number}/stop")


def test_a_run_is_stopped_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remind, "AT_ONCE", 0)
    desk.person()
    desk.look()
    desk.press()
    number = desk.session.scalars(select(Job.id)).one()
    assert "It was stopped before it had gone through everybody." in desk.press(f"/remind/{number}/stop")
    assert "This run was cancelled before." in desk.press(f"/remind/{number}/stop")
    desk.session.commit()
    other = shortlists.vacancy(desk.session)
    desk.session.commit()
    own, desk.base = desk.base, f"/vacancies/{other.id}"
    desk.look(status=404)
    desk.press(status=404)
    desk.base = own
    desk.press(f"/remind/{other.id}/stop", 404)


TAKES_NONE: list[tuple[dict[str, Any], str]] = [
    ({"closes_at": now() - waiting.DAY}, "The last day for answers is over"),
    ({"closes_at": None, "opens_at": now() + waiting.DAY}, "The first day for answers has not come yet"),
    ({"state": "closed"}, "This vacancy is closed"),
    ({"state": "archived"}, "This vacancy is closed"),
]


def test_nobody_is_reminded_of_what_takes_no_answers(desk: Desk) -> None:
    desk.person()
    desk.look()
    for values, why in TAKES_NONE:
        for name, value in values.items():
            setattr(desk.vacancy, name, value)
        desk.session.commit()
        page = desk.look()
        assert "Nobody is reminded now" in page
        assert why in page
        assert why in desk.press(status=409)
    assert desk.mails() == 0


def test_where_names_are_hidden_nothing_parts_the_people(desk: Desk) -> None:
    """Whoever is invited alone must not be told apart from the others by how many are left out."""
    desk.vacancy.blind, desk.vacancy.blinded_at = True, now()
    desk.person(name="Ona Hidden", language="lt", state="started")
    desk.person(invited=1, sent=1)
    pages = [desk.look()]
    assert "2 people are not done." in pages[0]
    pages += [desk.press(), desk.look("/unranked?stage=waiting")]
    assert all("2 people were gone through." in each for each in pages[1:])
    pages.append(desk.press())
    said = "Everybody who may be reminded now gets the link once more."
    assert said in pages[1]
    assert said in pages[3], "a press that reaches nobody looks like any other"
    for page in pages:
        assert not re.search(r"Ona Hidden|left out\.|(was|were) reminded\.|1 person|/i/", page)
    assert "Русский" in pages[0].split("What they read")[1]
    assert desk.mails() == 1
    token = derived_token("test-secret", "invitation", desk.session.scalars(select(Mail.about_id)).one())
    assert token not in "".join(pages)
