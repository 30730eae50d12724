"""The link: looking consumes nothing, starting takes a click, what is foreign or over says so."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import sittings
from webapp.records import Event, Sitting
from webapp.records.base import now


def count(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_looking_consumes_nothing(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    events = count(session, Event)
    for _ in range(3):
        assert client.get(someone.link).status_code == 200
        assert client.head(someone.link).status_code == 200
    assert count(session, Sitting) == 0
    assert count(session, Event) == events


def test_a_post_without_a_page_starts_nothing(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    assert client.post(f"{someone.link}/start").status_code == 400
    assert count(session, Sitting) == 0


def test_the_second_click_goes_on_with_the_same_sitting(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    client.get(someone.link)
    first = client.send(f"{someone.link}/start")
    second = client.send(f"{someone.link}/start")
    assert first.location == second.location
    assert count(session, Sitting) == 1
    session.refresh(someone.applicant)
    assert someone.applicant.state == "invited", "a press of the button is not a beginning yet"
    assert session.scalars(select(Event.action).where(Event.action == "sitting.opened")).all() == ["sitting.opened"]


def test_another_device_goes_on_by_the_link(app: Flask, client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    base = sittings.walk_in(client, someone, "lt")
    client.get(f"{base}/question/1")
    client.send(f"{base}/question/1", {"revision": "0", "best": "a", "worst": "b", "action": "save"})
    other = app.test_client()
    assert other.get(f"{base}/question/1").status_code == 404
    page = other.get(someone.link)
    assert 'lang="lt"' in page.text
    assert 'name="me"' in page.text
    assert 'name="me"' not in client.get(someone.link).text, "this browser is known"
    missing = other.send(f"{someone.link}/start").location
    assert missing == f"{someone.link}?me=missing"
    assert 'id="me-error"' in other.get(missing).text
    assert other.get(f"{base}/question/1").status_code == 404
    assert other.send(f"{someone.link}/start", {"me": "y"}).location == f"{base}/question/2"
    assert other.get(f"{base}/question/1").text.count(" checked") == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"expires_at": now() - dt.timedelta(seconds=1)}, 410),
        ({"withdrawn_at": now() - dt.timedelta(days=1)}, 410),
    ],
)
def test_a_link_that_is_over_says_so(client: FlaskClient, session: Session, change: dict, status: int) -> None:
    someone = sittings.invited(session, **change)
    page = client.get(someone.link)
    assert page.status_code == status
    assert "people@example.org" in page.text
    assert count(session, Sitting) == 0


def test_a_closed_vacancy_takes_no_one(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    someone.vacancy.state = "closed"
    session.commit()
    assert client.get(someone.link).status_code == 410


def test_an_unknown_link_reveals_nothing(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    page = client.get(someone.link[:-1] + "y")
    assert page.status_code == 404
    assert someone.organisation.name not in page.text
    assert someone.vacancy.title not in page.text


def test_a_sitting_is_only_for_the_browser_that_opened_its_link(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    mine, theirs = sittings.invited(session), sittings.invited(session)
    base = sittings.walk_in(client, mine)
    stranger = app.test_client()
    other_base = sittings.walk_in(stranger, theirs)
    for path in ("", "/language", "/notice", "/practice", "/ready", "/question/1", "/review", "/receipt"):
        assert stranger.get(base + path).status_code == 404
        assert client.get(other_base + path).status_code == 404
    assert stranger.send(f"{base}/submit").status_code == 404
