"""How much one signed-in person can send and take out in an hour; others go on."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import messages, people
from tests.factories.messages import Writing
from tests.factories.signing import sign_in
from webapp.records import Organisation


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(autouse=True)
def three_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.recruiter.blueprint.MESSAGES_OF_ONE_USER", "3 per hour")
    monkeypatch.setattr("webapp.recruiter.blueprint.EXPORTS_OF_ONE_USER", "3 per hour")


@pytest.fixture
def desk(session: Session, limited: FlaskClient) -> Writing:
    found = messages.writing(session, title="Service adviser")
    sign_in(limited, found.user)
    return found


def colleague(app: Flask, desk: Writing) -> FlaskClient:
    owner = desk.session.get_one(Organisation, desk.vacancy.organisation_id)
    user = people.user(desk.session, owner, "recruiter")
    desk.session.commit()
    found = app.test_client()
    sign_in(found, user)
    return found


def test_exports_of_one_user_are_bounded_together(limited: FlaskClient, desk: Writing) -> None:
    other = colleague(limited.application, desk)
    file = f"/vacancies/{desk.vacancy.id}/exports/{uuid.uuid4()}"
    assert {limited.get(file).status_code for _each in range(3)} == {404}
    whole = f"/vacancies/{desk.vacancy.id}/export.csv"
    assert limited.get(whole).status_code == 429
    assert limited.get(f"/vacancies/{desk.vacancy.id}/exports").status_code == 200
    assert other.get(whole).status_code == 200


def test_messages_of_one_user_are_bounded(limited: FlaskClient, desk: Writing) -> None:
    limited.get("/vacancies")
    nowhere = f"/vacancies/{uuid.uuid4()}/message"
    assert {limited.send(nowhere, {}).status_code for _each in range(3)} == {404}  # type: ignore[attr-defined]
    assert limited.send(f"/vacancies/{desk.vacancy.id}/message", {}).status_code == 429  # type: ignore[attr-defined]
    assert limited.get(f"/vacancies/{desk.vacancy.id}/messages").status_code == 200
