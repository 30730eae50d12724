"""Vacancies: the list, a new one, changes, the end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, shortlists
from tests.factories.signing import sign_in
from webapp.records import Event, Invitation, ModelVersion, Unit, User, Vacancy
from webapp.records.base import now
from webapp.security import derived_token, token_hash


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


def desk(session: Session, client: FlaskClient) -> tuple[User, ModelVersion]:
    """A recruiter who signed in, in a company with one model that serves."""
    owner = people.organisation(session)
    user = people.user(session, owner, "recruiter")
    model = shortlists.model(session, shortlists.questionnaire(session, owner))
    session.commit()
    sign_in(client, user)
    return user, model


def filled(model: ModelVersion, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Service adviser",
        "instrument": str(model.id),
        "languages": ["en", "lt"],
        "target": "3",
        "closes_on": "2031-05-20",
        "unit": "Service  desk",
        "job_family": "front line",
        "public": "y",
    } | changes


def only(session: Session) -> Vacancy:
    session.commit()
    session.expire_all()
    return session.scalars(select(Vacancy)).one()


def test_without_vacancies_the_page_says_what_to_do(client: FlaskClient, session: Session) -> None:
    desk(session, client)
    page = client.get("/vacancies").get_data(as_text=True)
    assert "No vacancies yet" in page
    assert "/vacancies/new" in page


def test_a_vacancy_opens_on_the_model_that_serves(client: FlaskClient, session: Session) -> None:
    user, model = desk(session, client)
    client.get("/vacancies/new")
    reply = client.send("/vacancies/new", filled(model))
    vacancy = only(session)
    assert reply.location == f"/vacancies/{vacancy.id}"
    assert (vacancy.model_version_id, vacancy.questionnaire_id, vacancy.form) == (
        model.id,
        model.questionnaire_id,
        model.form,
    )
    assert (vacancy.title, vacancy.languages, vacancy.target) == ("Service adviser", ["en", "lt"], 3)
    assert vacancy.closes_at == dt.datetime(2031, 5, 20, 23, 59, 59, tzinfo=dt.UTC)
    assert session.get_one(Unit, (user.organisation_id, vacancy.unit_id)).name == "Service desk"
    event = session.scalars(select(Event).where(Event.action == "vacancy.opened")).one()
    assert (event.user_id, event.detail) == (user.id, {"model": model.number})
    assert "Service adviser" in client.get("/vacancies").get_data(as_text=True)


def test_the_public_code_is_kept_as_a_hash_only(client: FlaskClient, session: Session) -> None:
    _user, model = desk(session, client)
    client.get("/vacancies/new")
    client.send("/vacancies/new", filled(model))
    vacancy = only(session)
    code = derived_token("test-secret", "vacancy", vacancy.id)
    assert vacancy.public_code_hash == token_hash(code)
    assert f"/v/{code}" in client.get(f"/vacancies/{vacancy.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": "  "}, "Give the vacancy a title"),
        ({"target": "0"}, "1 or more"),
        ({"target": "many"}, "whole number"),
        ({"languages": []}, "Choose at least one language"),
        ({"languages": ["de"]}, "not a valid choice"),
        ({"closes_on": "31.12.2026"}, "date"),
        ({"instrument": ""}, "Choose the questionnaire"),
        ({"instrument": "00000000-0000-0000-0000-000000000000"}, "valid choice"),
        ({"title": "x" * 201}, "under 200"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_opened(
    client: FlaskClient, session: Session, wrong: dict[str, Any], said: str
) -> None:
    _user, model = desk(session, client)
    client.get("/vacancies/new")
    reply = client.send("/vacancies/new", filled(model, **wrong))
    assert reply.status_code == 400
    assert said.lower() in reply.get_data(as_text=True).lower()
    assert session.scalars(select(Vacancy)).all() == []


def test_a_model_of_another_company_cannot_be_used(client: FlaskClient, session: Session) -> None:
    foreign = shortlists.model(session, shortlists.questionnaire(session, people.organisation(session)))
    _user, model = desk(session, client)
    client.get("/vacancies/new")
    assert client.send("/vacancies/new", filled(model, instrument=str(foreign.id))).status_code == 400
    assert session.scalars(select(Vacancy)).all() == []


def test_without_a_model_there_is_nothing_to_open(client: FlaskClient, session: Session) -> None:
    user = people.user(session, people.organisation(session), "recruiter")
    session.commit()
    sign_in(client, user)
    assert "no questionnaire to use yet" in client.get("/vacancies/new").get_data(as_text=True)


def test_a_change_keeps_the_model_and_moves_the_links(client: FlaskClient, session: Session) -> None:
    user, model = desk(session, client)
    vacancy = shortlists.vacancy(session, model)
    person = shortlists.applicant(session, vacancy)
    link = Invitation(organisation_id=user.organisation_id, applicant_id=person.id, token_hash="x", expires_at=now())
    session.add(link)
    session.commit()
    address = f"/vacancies/{vacancy.id}/edit"
    assert vacancy.title in client.get(address).get_data(as_text=True)
    reply = client.send(address, filled(model, title="Another title", closes_on="2031-06-01", public=""))
    assert reply.status_code == 302
    changed = only(session)
    assert (changed.title, changed.model_version_id, changed.public_code_hash) == ("Another title", model.id, None)
    session.refresh(link)
    assert link.expires_at == changed.closes_at == dt.datetime(2031, 6, 1, 23, 59, 59, tzinfo=dt.UTC)


def test_the_form_of_a_change_shows_what_is_there(client: FlaskClient, session: Session) -> None:
    _user, model = desk(session, client)
    client.get("/vacancies/new")
    client.send("/vacancies/new", filled(model))
    page = client.get(f"/vacancies/{only(session).id}/edit").get_data(as_text=True)
    for value in ("Service adviser", "2031-05-20", "Service desk", "front line", 'value="3"'):
        assert value in page
    assert page.count("checked") == 3


def test_closing_and_opening_again(client: FlaskClient, session: Session) -> None:
    _user, model = desk(session, client)
    vacancy = shortlists.vacancy(session, model)
    session.commit()
    client.get(f"/vacancies/{vacancy.id}/edit")
    client.send(f"/vacancies/{vacancy.id}/close")
    assert only(session).state == "closed"
    client.send(f"/vacancies/{vacancy.id}/close")
    assert "Closed" in client.get(f"/vacancies/{vacancy.id}").get_data(as_text=True)
    client.get(f"/vacancies/{vacancy.id}/edit")
    client.send(f"/vacancies/{vacancy.id}/reopen")
    assert only(session).state == "open"
    actions = session.scalars(select(Event.action).where(Event.subject == "vacancy")).all()
    assert sorted(actions) == ["vacancy.closed", "vacancy.reopened"]


def test_an_archived_vacancy_is_not_opened_by_an_old_page(client: FlaskClient, session: Session) -> None:
    _user, model = desk(session, client)
    vacancy = shortlists.vacancy(session, model)
    session.commit()
    client.get(f"/vacancies/{vacancy.id}/edit")
    vacancy.state = "archived"
    session.commit()
    assert client.send(f"/vacancies/{vacancy.id}/reopen").status_code == 409


def test_the_list_counts_people_by_how_far_they_came(client: FlaskClient, session: Session) -> None:
    _user, model = desk(session, client)
    vacancy = shortlists.vacancy(session, model, target=77)
    for state in ("invited", "started", "started", "withdrawn"):
        shortlists.applicant(session, vacancy, state=state)
    for _each in range(4):
        shortlists.scored(session, vacancy, 3.0)
    session.commit()
    page = client.get("/vacancies").get_data(as_text=True)
    row = page[page.index(f"/vacancies/{vacancy.id}") : page.index("</tr>", page.index(f"/vacancies/{vacancy.id}"))]
    assert [int(part.split("<")[0]) for part in row.split('class="num">')[1:]] == [7, 6, 4, 77]
