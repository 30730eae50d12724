"""On a blind vacancy nothing that a recruiter can open names anybody: every address of the room is tried.

An address that is new is tried by itself; where it needs more than blind_watcher.py has, the test says so.
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.blind import BlindHouse
from tests.factories.blind_watcher import Watcher, codes, open_everything, post_everything
from webapp.config import Settings
from webapp.jobs import export_job, runtime
from webapp.records import (
    Event,
    Job,
)
from webapp.records.base import now
from webapp.services.blind.face import face_of

FIRST_TO_TAKE_AWAY = "recruiter.cancel_export"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


@pytest.fixture
def house(app: Flask, session: Session, settings: Settings) -> BlindHouse:
    return BlindHouse(session, settings)


@pytest.fixture
def watcher(app: Flask, client: FlaskClient, house: BlindHouse, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    return Watcher(app, client, house, monkeypatch)


def test_nothing_that_a_recruiter_opens_names_anybody(watcher: Watcher, app: Flask) -> None:
    for endpoint in post_everything(watcher):
        if endpoint == FIRST_TO_TAKE_AWAY:
            write_exports(watcher.house, app)
            watcher.house.look_again()
            assert open_everything(watcher) == set()
    assert watcher.house.session.query(Event).count() > 20


def write_exports(house: BlindHouse, app: Flask) -> None:
    """What the worker writes."""
    runtime.enter(app)
    house.session.commit()
    asked = house.session.query(Job).filter_by(kind="export").all()
    assert len(asked) == 3
    for job in asked:
        export_job.Run(str(house.company.id), str(job.id)).write()


def test_what_is_shown_is_shown_by_code(watcher: Watcher) -> None:
    """Else the test above might pass with empty pages. A name finds nobody, and an old address leads nowhere."""
    house = watcher.house
    base = f"/vacancies/{house.vacancy.id}"
    page = watcher.get(base).get_data(as_text=True)
    assert house.revealed.name in page
    assert all(code in page for code in codes(house, *range(len(house.done))))
    (code,) = codes(house, 2)
    assert found_by(watcher, base, code) == {code}
    some = (house.done[0], house.done[2], house.done[5], house.waiting[0])
    sought = {part for each in some for part in (*each.name.split(), each.email, each.name[:3])}
    for address in (base, f"{base}/unranked"):
        nobody = found_by(watcher, address, "Nobodynamedso")
        for word in sought:
            assert found_by(watcher, address, word) == nobody, (address, word)
    assert watcher.client.get(f"/applicants/{house.done[0].id}").status_code == 404


def found_by(watcher: Watcher, address: str, word: str) -> set[str]:
    """The codes on the page: what was typed stands in its field, and nothing else follows from it."""
    page = watcher.client.get(address, query_string={"search": word}).get_data(as_text=True)
    assert "<h1" in page
    return {code for each in watcher.house.hidden if (code := face_of(watcher.house.vacancy, each).code) in page}


def test_a_link_and_a_code_are_never_seen_together(watcher: Watcher) -> None:
    """Whoever gave the list would see each name with its link: the link would name the code."""
    base = f"/vacancies/{watcher.house.vacancy.id}"
    invited = {"people": '[[1, "New One", "new.one@example.org", ""]]'}
    page = watcher.client.send(f"{base}/invite/send", invited).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "The list is taken" in page
    assert "/i/" not in page
    (code,) = codes(watcher.house, 1)
    assert watcher.client.send(f"{base}/people/{code}/link").status_code == 403  # type: ignore[attr-defined]


def test_what_tells_of_an_earlier_time_is_hidden_too(watcher: Watcher) -> None:
    """Days of answers, and that a result was reused: it stands beside a name in an earlier vacancy."""
    house = watcher.house
    base, (code, other) = f"/vacancies/{house.vacancy.id}", codes(house, 1, 0)
    pages = [
        base,
        f"{base}/people/{code}",
        f"{base}/people/{code}/guide",
        f"{base}/compare?person={code}&person={other}",
    ]
    day = now().date().isoformat()
    for page in pages:
        told = watcher.client.get(page).get_data(as_text=True)
        assert code in told
        assert not [sign for sign in ("2019", "reused", "earlier result was handed") if sign in told], page
    assert day not in watcher.client.get(pages[1]).get_data(as_text=True)
    flagged = watcher.client.get(f"{base}?flagged=yes").get_data(as_text=True)
    assert "/people/" not in flagged, "a filter by flags does not pick the reused one out"
