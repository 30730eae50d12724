"""Inviting by list and by public link, reminding, withdrawing, showing a link."""

from __future__ import annotations

import datetime as dt
import io
import re
from functools import partial
from typing import Any

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.factories import people, shortlists
from tests.factories.desk import page_of
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Applicant, Event, Invitation, LinkRequest, Mail, Outbox, User, Vacancy
from webapp.records.base import now
from webapp.security import derived_token, token_hash
from webapp.services.links.answer_requests import answer_requests


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


Desk = tuple[FlaskClient, Session, User, Vacancy]


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    """A recruiter who signed in, and an open vacancy."""
    vacancy = shortlists.vacancy(session, closes_at=now() + dt.timedelta(days=10))
    owner = session.get_one(type(people.organisation(session)), vacancy.organisation_id)
    user = people.user(session, owner, "recruiter")
    session.commit()
    sign_in(client, user)
    return client, session, user, vacancy


def fresh(session: Session) -> Session:
    session.commit()
    session.expire_all()
    return session


def preview(desk: Desk, **form: Any) -> Any:
    client, _session, _user, vacancy = desk
    client.get(f"/vacancies/{vacancy.id}/invite")
    return client.send(f"/vacancies/{vacancy.id}/invite", form)  # type: ignore[attr-defined]


def confirm(desk: Desk, page: Any) -> Any:
    client, _session, _user, vacancy = desk
    found = re.search(r'name="people" value="([^"]*)"', page.get_data(as_text=True))
    assert found
    sent = found.group(1).replace("&#34;", '"').replace("&#39;", "'").replace("&lt;", "<").replace("&amp;", "&")
    return client.send(f"/vacancies/{vacancy.id}/invite/send", {"people": sent})  # type: ignore[attr-defined]


def counted(session: Session) -> tuple[int, int, int]:
    fresh(session)
    return tuple(session.scalar(select(func.count()).select_from(table)) for table in (Applicant, Invitation, Outbox))  # type: ignore[return-value]


def test_a_pasted_list_is_previewed_and_then_invited(desk: Desk) -> None:
    _client, session, user, vacancy = desk
    page = preview(desk, pasted="Ona Žukė <Ona@Example.org>\n\njonas@example.org\nМария; maria@example.org")
    assert "3 people will be invited" in page.get_data(as_text=True)
    assert counted(session) == (0, 0, 0)
    result = confirm(desk, page).get_data(as_text=True)
    assert counted(session) == (3, 3, 3)
    rows = {row.email: row for row in session.scalars(select(Applicant))}
    assert {email: row.name for email, row in rows.items()} == {
        "ona@example.org": "Ona Žukė",
        "jonas@example.org": "",
        "maria@example.org": "Мария",
    }
    for link in session.scalars(select(Invitation)):
        token = derived_token("test-secret", "invitation", link.id)
        assert link.token_hash == token_hash(token)
        assert f"/i/{token}" in result
        assert link.expires_at == vacancy.closes_at
    assert {row.topic for row in session.scalars(select(Outbox))} == {"mail.invitation"}
    event = session.scalars(select(Event).where(Event.action == "applicants.invited")).one()
    assert (event.user_id, event.detail) == (user.id, {"number": 3})


def test_the_same_confirmation_twice_invites_once(desk: Desk) -> None:
    page = preview(desk, pasted="ona@example.org")
    confirm(desk, page)
    assert "invited already" in confirm(desk, page).get_data(as_text=True)
    assert counted(desk[1]) == (1, 1, 1)


def test_who_is_there_already_is_named_and_left_alone(desk: Desk) -> None:
    _client, session, _user, vacancy = desk
    shortlists.applicant(session, vacancy, email="ona@example.org", name="Ona")
    session.commit()
    page = preview(desk, pasted="new@example.org\nONA@example.org")
    text = page.get_data(as_text=True)
    assert "1 person will be invited" in text
    assert "Line 2: ona@example.org" in text
    confirm(desk, page)
    assert counted(session) == (2, 1, 1)


def test_the_same_person_may_apply_for_another_vacancy(desk: Desk) -> None:
    _client, session, _user, vacancy = desk
    other = shortlists.vacancy(session, vacancy.model_version)
    shortlists.applicant(session, other, email="ona@example.org")
    session.commit()
    confirm(desk, preview(desk, pasted="ona@example.org"))
    assert counted(session) == (2, 1, 1)


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "Paste a list, or choose a file"),
        ("ona@example.org\nno address here", "Line 2: there is no e-mail address"),
        ("a@example.org b@example.org", "Line 1: there are 2 e-mail addresses"),
        ("ona@example.org\nOna <ONA@example.org>", "Line 2: ona@example.org is already on line 1"),
        ("Ona <ona@@example.org>", "Line 1"),
        ("Ona <ona@example>", "not an e-mail address"),
    ],
)
def test_a_list_with_a_fault_invites_nobody(desk: Desk, pasted: str, said: str) -> None:
    page = preview(desk, pasted=pasted)
    assert page.status_code == 400
    assert said in page.get_data(as_text=True)
    assert counted(desk[1]) == (0, 0, 0)


def workbook(rows: list[list[str]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("people.csv", b"email;name;language\nona@example.org;Ona;lt\n"),
        ("people.csv", "name\temail\nOna\tona@example.org\n".encode("utf-16")),
        ("people.xlsx", workbook([["Name", "Email"], ["Ona", "ona@example.org"]])),
    ],
)
def test_a_table_is_read_as_spreadsheets_write_it(desk: Desk, name: str, data: bytes) -> None:
    page = preview(desk, table=(io.BytesIO(data), name))
    confirm(desk, page)
    assert [(row.name, row.email) for row in fresh(desk[1]).scalars(select(Applicant))] == [("Ona", "ona@example.org")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"name;phone\nOna;123\n", "phone"),
        (b"name\nOna\n", "The column email is missing".lower()),
        (b"email,language\nona@example.org,de\n", "not known"),
        (b"email\n\nona@example.org\nnot one\n", "not an e-mail address"),
        (b"", "choose a file"),
        (b"%PDF-1.4", "pdf"),
    ],
)
def test_a_table_with_a_fault_invites_nobody(desk: Desk, data: bytes, said: str) -> None:
    page = preview(desk, table=(io.BytesIO(data), "people.csv"))
    assert page.status_code == 400
    assert said in page.get_data(as_text=True).lower()
    assert counted(desk[1]) == (0, 0, 0)


@pytest.mark.parametrize("people_field", ["", "not json", "[[1]]", '[[1, "n", "no address", ""]]', "{}"])
def test_a_damaged_confirmation_changes_nothing(desk: Desk, people_field: str) -> None:
    client, session, _user, vacancy = desk
    preview(desk, pasted="ona@example.org")
    reply = client.send(f"/vacancies/{vacancy.id}/invite/send", {"people": people_field})  # type: ignore[attr-defined]
    assert reply.status_code == 400
    assert counted(session) == (0, 0, 0)


def test_a_closed_vacancy_takes_nobody(desk: Desk) -> None:
    _client, session, _user, vacancy = desk
    page = preview(desk, pasted="ona@example.org")
    vacancy.state = "closed"
    session.commit()
    assert confirm(desk, page).status_code == 409
    assert counted(session) == (0, 0, 0)


# --- one applicant


def invited(desk: Desk) -> Applicant:
    confirm(desk, preview(desk, pasted="Ona <ona@example.org>"))
    row: Applicant = fresh(desk[1]).scalars(select(Applicant)).one()
    desk[0].get(page_of(row))
    return row


def press(desk: Desk, row: Applicant, what: str) -> Any:
    return desk[0].send(f"{page_of(row)}/{what}")  # type: ignore[attr-defined]


def test_a_shown_link_is_the_link_of_the_mail_and_is_written_down(desk: Desk) -> None:
    row = invited(desk)
    link = fresh(desk[1]).scalars(select(Invitation)).one()
    token = derived_token("test-secret", "invitation", link.id)
    assert token not in desk[0].get(page_of(row)).get_data(as_text=True)
    page = press(desk, row, "link").get_data(as_text=True)
    assert f"/i/{token}" in page
    assert "The personal link was shown." in page
    actions = fresh(desk[1]).scalars(select(Event.action).where(Event.subject_id == row.id)).all()
    assert actions == ["invitation.link_shown"]


def test_reminding_sends_the_same_link_again(desk: Desk) -> None:
    row = invited(desk)
    assert press(desk, row, "remind").status_code == 302
    assert counted(desk[1]) == (1, 1, 2)
    reminder = desk[1].scalars(select(Mail)).one()
    assert (reminder.kind, reminder.about_id) == ("reminder", desk[1].scalars(select(Invitation.id)).one())


def test_reminding_gives_a_new_link_where_the_old_one_has_ended(desk: Desk) -> None:
    row = invited(desk)
    fresh(desk[1]).scalars(select(Invitation)).one().expires_at = now() - dt.timedelta(days=1)
    desk[1].commit()
    press(desk, row, "remind")
    assert counted(desk[1]) == (1, 2, 2)


def test_a_withdrawn_invitation_opens_no_more(desk: Desk) -> None:
    row = invited(desk)
    link = fresh(desk[1]).scalars(select(Invitation)).one()
    address = f"/i/{derived_token('test-secret', 'invitation', link.id)}"
    assert desk[0].get(address).status_code == 200
    desk[0].get(page_of(row))
    assert press(desk, row, "withdraw").status_code == 302
    assert desk[0].get(address).status_code == 410
    desk[0].get(page_of(row))
    assert press(desk, row, "link").status_code == 409
    assert press(desk, row, "withdraw").status_code == 302
    actions = fresh(desk[1]).scalars(select(Event.action).where(Event.subject_id == row.id)).all()
    assert actions == ["invitation.withdrawn"]


def begin(desk: Desk, link: str) -> None:
    """Press the button, choose the language, agree."""
    client: Any = desk[0]
    client.get(link)
    base = re.match(r"/sitting/[0-9a-f-]+", client.send(f"{link}/start").location)
    assert base
    client.get(f"{base.group()}/language")
    client.send(f"{base.group()}/language", {"language": "en"})
    client.get(f"{base.group()}/notice")
    client.send(f"{base.group()}/notice", {"agree": "y"})


@pytest.mark.parametrize("state", ["invited", "started"])
def test_a_withdrawal_by_mistake_is_taken_back_with_a_new_link(desk: Desk, state: str) -> None:
    row = invited(desk)
    old = fresh(desk[1]).scalars(select(Invitation)).one()
    if state == "started":
        begin(desk, f"/i/{derived_token('test-secret', 'invitation', old.id)}")
    desk[0].get(page_of(row))
    press(desk, row, "withdraw")
    assert "Send the link again" in desk[0].get(page_of(row)).get_data(as_text=True)
    assert press(desk, row, "remind").status_code == 302
    session = fresh(desk[1])
    assert session.scalars(select(Applicant.state).where(Applicant.id == row.id)).one() == state
    new = session.scalars(select(Invitation).where(Invitation.withdrawn_at.is_(None))).one()
    assert desk[0].get(f"/i/{derived_token('test-secret', 'invitation', old.id)}").status_code == 410
    assert desk[0].get(f"/i/{derived_token('test-secret', 'invitation', new.id)}").status_code == 200


def test_who_is_done_is_neither_reminded_nor_withdrawn(desk: Desk) -> None:
    client, session, _user, vacancy = desk
    row = shortlists.scored(session, vacancy, 3.0)
    session.commit()
    client.get(page_of(row))
    assert press(desk, row, "remind").status_code == 409
    assert press(desk, row, "withdraw").status_code == 409


def test_one_name_under_two_addresses_is_pointed_out(desk: Desk) -> None:
    """Whoever applied by the public link may have been invited under another address: only a human can know."""
    client, session, _user, vacancy = desk
    shortlists.applicant(session, vacancy, name="Žukė Ona", email="one@example.org", state="done")
    shortlists.applicant(session, vacancy, name="ona zuke", email="two@example.org", source="public")
    shortlists.applicant(session, vacancy, name="Ona Other", email="three@example.org")
    session.commit()
    page = f"/vacancies/{vacancy.id}/unranked?stage=waiting"
    told = client.get(page).get_data(as_text=True)
    assert told.count("the same name as") == 1
    assert "the same name as one@example.org" in told
    vacancy.blind, vacancy.blinded_at = True, now()
    session.commit()
    assert "the same name" not in client.get(page).get_data(as_text=True)


# --- the public door


def ask(client: FlaskClient, vacancy: Vacancy, **changes: Any) -> Any:
    address = f"/v/{derived_token('test-secret', 'vacancy', vacancy.id)}"
    client.get(address)
    form = {"name": "Ona", "email": "ona@example.org", "language": "lt"} | changes
    return client.send(address, form)  # type: ignore[attr-defined]


def work(session: Session, settings: Settings) -> None:
    """What the worker does every few seconds."""
    fresh(session)
    answer_requests(session, settings)
    session.commit()
    assert session.scalars(select(LinkRequest)).all() == [], "what was typed is forgotten"


def note_statement(heard: list[str], _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    heard.append(statement)


@pytest.fixture
def public(desk: Desk) -> Desk:
    client, session, _user, vacancy = desk
    vacancy.public_code_hash = token_hash(derived_token("test-secret", "vacancy", vacancy.id))
    session.commit()
    client.get("/")
    client.send("/sign-out")  # type: ignore[attr-defined]
    return desk


def test_whoever_asks_gets_a_personal_link(public: Desk, settings: Settings) -> None:
    client, session, _user, vacancy = public
    assert "ona@example.org" in ask(client, vacancy).get_data(as_text=True)
    work(session, settings)
    assert counted(session) == (1, 1, 1)
    row = session.scalars(select(Applicant)).one()
    assert (row.name, row.language, row.source, row.state) == ("Ona", "lt", "public", "invited")


@pytest.mark.parametrize("state", ["invited", "started", "done", "withdrawn"])
def test_the_answer_never_tells_who_is_known(public: Desk, state: str, settings: Settings) -> None:
    client, session, _user, vacancy = public
    new = ask(client, vacancy, email="new@example.org").get_data(as_text=True)
    shortlists.applicant(session, vacancy, state=state, email="old@example.org", name="Ona")
    session.commit()
    known = ask(client, vacancy, email="old@example.org", name="Somebody Else").get_data(as_text=True)
    nonce = re.compile(r'nonce="[^"]*"|value="[^"]{60,}"')
    assert nonce.sub("", known).replace("old@", "new@") == nonce.sub("", new)
    work(session, settings)
    row = session.scalars(select(Applicant).where(Applicant.email == "old@example.org")).one()
    assert (row.name, row.state) == ("Ona", state)


def test_the_time_of_the_answer_tells_nothing_either(public: Desk) -> None:
    """Known or not, the request asks the database the same, in the same words; the rest is the worker's."""
    client, session, _user, vacancy = public
    shortlists.applicant(session, vacancy, state="started", email="old@example.org", name="Ona")
    session.commit()
    before, said = counted(session), []
    for email in ("new@example.org", "old@example.org"):
        client.get(f"/v/{derived_token('test-secret', 'vacancy', vacancy.id)}")
        heard: list[str] = []
        hear = partial(note_statement, heard)
        event.listen(db.engine, "before_cursor_execute", hear)
        assert ask(client, vacancy, email=email).status_code == 200
        event.remove(db.engine, "before_cursor_execute", hear)
        said.append(heard)
    assert said[0] == said[1]
    assert any("INSERT INTO link_request" in each for each in said[0])
    assert counted(session) == before


def test_who_applied_before_the_vacancy_closed_and_was_not_reached_gets_no_link(
    public: Desk, settings: Settings
) -> None:
    client, session, _user, vacancy = public
    ask(client, vacancy)
    vacancy.state = "closed"
    session.commit()
    work(session, settings)
    assert counted(session) == (0, 0, 0)


def test_asking_again_and_again_does_not_flood_a_mailbox(public: Desk, settings: Settings) -> None:
    client, session, _user, vacancy = public
    for _each in range(3):
        ask(client, vacancy)
    work(session, settings)
    assert counted(session) == (1, 1, 1)
    link = session.scalars(select(Invitation)).one()
    link.sent_at = now() - dt.timedelta(minutes=11)
    link.created_at = now() - dt.timedelta(minutes=12)
    session.commit()
    ask(client, vacancy)
    work(session, settings)
    assert counted(session) == (1, 1, 2)


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"email": "ona"}, {"email": ""}, {"language": "de"}, {"language": ""}]
)
def test_what_cannot_be_taken_at_the_door_adds_nobody(public: Desk, wrong: dict[str, str]) -> None:
    client, session, _user, vacancy = public
    assert ask(client, vacancy, **wrong).status_code == 400
    assert counted(session) == (0, 0, 0)


def test_the_door_is_shut_when_the_vacancy_is(public: Desk) -> None:
    client, session, _user, vacancy = public
    address = f"/v/{derived_token('test-secret', 'vacancy', vacancy.id)}"
    assert client.get(address).status_code == 200
    vacancy.closes_at = now() - dt.timedelta(seconds=1)
    session.commit()
    assert client.get(address).status_code == 410
    vacancy.closes_at, vacancy.state = None, "closed"
    session.commit()
    assert client.get(address).status_code == 410
    vacancy.state, vacancy.public_code_hash = "open", None
    session.commit()
    assert client.get(address).status_code == 404
    assert client.get("/v/unknown").status_code == 404
