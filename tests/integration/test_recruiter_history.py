"""What a recruiter's page tells of an applicant's way: invited, begun, done; no step of it to the minute."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, sittings
from tests.factories.desk import page_of
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.records import Event, User
from webapp.services.links.answer_requests import answer_requests


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page tells is the same over each database."""
    return sqlite_url


def history(app: Flask, someone: sittings.Invited, user: User) -> list[tuple[str, str]]:
    """When and what, as the page says it, without the line of the beginning."""
    browser = app.test_client()
    sign_in(browser, user)
    page = browser.get(page_of(someone.applicant)).get_data(as_text=True)
    lines = re.findall(r'<li><time datetime="([^"]+)">[^<]+</time>([^<]+)', page)
    return [(at, words.strip()) for at, words in lines[1:]]


def test_beginning_and_end_are_told_by_their_day_and_no_step_between_them(
    app: Flask, client: FlaskClient, session: Session, settings: Settings
) -> None:
    someone = sittings.invited(session)
    recruiter = people.user(session, someone.organisation, "recruiter")
    session.commit()
    base = sittings.walk_in(client, someone)
    client.get(f"{base}/language")
    client.send(f"{base}/language", {"language": "lt"})  # type: ignore[attr-defined]
    client.get("/new-link")
    client.send("/new-link", {"email": someone.applicant.email})  # type: ignore[attr-defined]
    session.rollback()
    assert answer_requests(session, settings) == 1
    session.commit()
    day = session.scalars(select(Event.at).where(Event.action == "sitting.started")).one().date().isoformat()
    done = {"link.requested", "sitting.opened", "sitting.language_chosen", "sitting.consented"}
    assert done <= set(session.scalars(select(Event.action)))
    begun = [(day, "The questionnaire was begun.")]
    assert history(app, someone, recruiter) == begun

    client.get(f"{base}/review")
    client.send(f"{base}/submit")  # type: ignore[attr-defined]
    assert history(app, someone, recruiter) == [*begun, (day, "The answers were sent and scored.")]
