"""Signing in and out, language, own password, the demo's mailbox."""

from __future__ import annotations

import uuid
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.records import Event, Organisation, User
from webapp.security import hash_password, password_matches
from webapp.services.compose_mail import Addressee, Post, write_message
from webapp.services.deliver_mail import lay_down


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


def recruiter(session: Session, **values: object) -> User:
    user = people.user(session, people.organisation(session), "recruiter", **values)
    session.commit()
    return user


def test_who_is_not_signed_in_reads_what_makings_is(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert "/sign-in" in page
    assert "Sign out" not in page


@cache
def real_hash() -> str:
    """As the site makes them, which takes its time."""
    return hash_password(people.PASSWORD)


def test_a_password_is_kept_as_dear_as_the_site_makes_it() -> None:
    assert real_hash().startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert password_matches(real_hash(), people.PASSWORD)
    assert not password_matches(real_hash(), people.PASSWORD + " ")


def test_signing_in_leads_to_the_place_of_the_role(client: FlaskClient, session: Session) -> None:
    user = recruiter(session, password_hash=real_hash())
    reply = sign_in(client, user)
    assert reply.status_code == 302
    assert client.get(reply.location, follow_redirects=True).request.path == "/vacancies"
    assert session.scalars(select(Event.action).where(Event.user_id == user.id)).all() == ["user.signed_in"]


def test_the_address_is_read_without_case_and_blanks(client: FlaskClient, session: Session) -> None:
    user = recruiter(session)
    client.get("/sign-in")
    reply = client.send("/sign-in", {"email": f" {user.email.upper()} ", "password": people.PASSWORD})
    assert reply.status_code == 302


def test_a_wrong_password_an_unknown_address_and_a_closed_account_read_alike(
    client: FlaskClient, session: Session
) -> None:
    user, closed = (recruiter(session, password_hash=real_hash(), active=active) for active in (True, False))
    pages = []
    for email, password in (
        (user.email, "not the password"),
        ("nobody@example.org", people.PASSWORD),
        (closed.email, people.PASSWORD),
    ):
        client.get("/sign-in")
        reply = client.send("/sign-in", {"email": email, "password": password})
        assert reply.status_code == 400
        pages.append(reply.get_data(as_text=True).replace(email, "…"))
    without_secrets = [page[page.index("<h1") : page.index("csrf_token")] for page in pages]
    assert without_secrets[0] == without_secrets[1] == without_secrets[2]
    assert all("do not belong together" in page for page in pages)
    assert client.get("/vacancies").status_code == 302


def test_the_same_work_is_done_for_an_unknown_address(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def count(password_hash: str, password: str) -> bool:
        checked.append(password_hash[:10])
        return False

    monkeypatch.setattr("webapp.services.sign_in.password_matches", count)
    user = recruiter(session)
    for email in (user.email, "nobody@example.org"):
        client.get("/sign-in")
        client.send("/sign-in", {"email": email, "password": "anything"})
    assert checked == ["$argon2id$", "$argon2id$"]


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\t//evil.example", ""],
)
def test_nobody_is_led_elsewhere_after_signing_in(client: FlaskClient, session: Session, elsewhere: str) -> None:
    user = recruiter(session)
    client.get("/sign-in", query_string={"next": elsewhere})
    reply = client.send("/sign-in", {"email": user.email, "password": people.PASSWORD, "next": elsewhere})
    assert reply.location == "/"


def test_one_comes_back_to_the_page_that_asked(client: FlaskClient, session: Session) -> None:
    user = recruiter(session)
    asked = client.get("/vacancies/new")
    assert client.get(asked.location).status_code == 200
    form = {"email": user.email, "password": people.PASSWORD, "next": "/vacancies/new?"}
    assert client.send("/sign-in", form).location == "/vacancies/new"


def test_nothing_that_was_in_the_cookie_survives_signing_in(client: FlaskClient, session: Session) -> None:
    user = recruiter(session)
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        before = cookie["csrf_token"]
    client.send("/sign-in", {"email": user.email, "password": people.PASSWORD})
    client.get("/vacancies/new")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["csrf_token"] != before


def test_signing_out_ends_it(client: FlaskClient, session: Session) -> None:
    sign_in(client, recruiter(session))
    client.get("/vacancies")
    assert client.send("/sign-out").status_code == 302
    assert client.get("/vacancies").status_code == 302
    assert client.get("/sign-out").status_code == 405


def test_a_post_without_its_token_is_refused(client: FlaskClient, session: Session) -> None:
    sign_in(client, recruiter(session))
    assert client.post("/sign-out").status_code == 400
    assert client.get("/vacancies").status_code == 200


def test_an_account_that_is_closed_ends_at_once(client: FlaskClient, session: Session) -> None:
    user = recruiter(session)
    sign_in(client, user)
    user.active = False
    session.commit()
    assert client.get("/vacancies").status_code == 302


def test_the_language_is_kept_with_the_person(client: FlaskClient, session: Session) -> None:
    user = recruiter(session)
    sign_in(client, user)
    client.get("/vacancies")
    assert client.send("/language", {"language": "lt", "next": "/vacancies"}).location == "/vacancies"
    assert '<html lang="lt">' in client.get("/vacancies").get_data(as_text=True)
    session.refresh(user)
    assert user.language == "lt"


def test_a_language_chosen_before_signing_in_is_kept(client: FlaskClient, session: Session) -> None:
    user = recruiter(session)
    client.get("/")
    client.send("/language", {"language": "ru", "next": "/sign-in"})
    assert '<html lang="ru">' in client.get("/sign-in").get_data(as_text=True)
    client.send("/sign-in", {"email": user.email, "password": people.PASSWORD})
    assert '<html lang="ru">' in client.get("/vacancies").get_data(as_text=True)


@pytest.mark.parametrize("language", ["", "de", "../etc"])
def test_an_unknown_language_changes_nothing(client: FlaskClient, language: str) -> None:
    client.get("/")
    assert client.send("/language", {"language": language, "next": "//evil.example"}).location == "/"
    assert '<html lang="en">' in client.get("/").get_data(as_text=True)


def change_password(client: FlaskClient, present: str, wanted: str, again: str) -> int:
    client.get("/password")
    return client.send("/password", {"present": present, "wanted": wanted, "again": again}).status_code


def test_a_changed_password_ends_every_other_session(app: Flask, client: FlaskClient, session: Session) -> None:
    user = recruiter(session, password_hash=real_hash())
    other = app.test_client()
    sign_in(client, user)
    sign_in(other, user)
    assert other.get("/vacancies").status_code == 200
    assert change_password(client, people.PASSWORD, "a new long password", "a new long password") == 302
    assert client.get("/vacancies").status_code == 200
    assert other.get("/vacancies").status_code == 302
    assert sign_in(other, user).status_code == 400
    assert sign_in(other, user, "a new long password").status_code == 302


@pytest.mark.parametrize(
    ("present", "wanted", "again"),
    [
        ("wrong", "a new long password", "a new long password"),
        (people.PASSWORD, "short", "short"),
        (people.PASSWORD, "a new long password", "another one"),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing(
    client: FlaskClient, session: Session, present: str, wanted: str, again: str
) -> None:
    user = recruiter(session)
    sign_in(client, user)
    assert change_password(client, present, wanted, again) == 400
    assert sign_in(client, user).status_code == 302


def test_guessing_is_slowed_down(limited: FlaskClient, session: Session) -> None:
    user = recruiter(session)
    limited.get("/sign-in")
    guesses = [limited.send("/sign-in", {"email": user.email, "password": f"guess {n}"}) for n in range(11)]
    assert [reply.status_code for reply in guesses] == [400] * 10 + [429]
    assert limited.get("/sign-in").status_code == 200


def test_guessing_from_many_places_is_slowed_down_too(
    limited: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.services.sign_in.password_matches", lambda _hash, password: password == "right")
    user, other = recruiter(session), recruiter(session)
    limited.get("/sign-in")

    def guess(number: int, email: str, password: str = "wrong") -> int:
        form = {"email": email, "password": password}
        place = {"REMOTE_ADDR": f"198.51.100.{number}"}
        return limited.send("/sign-in", form, environ_base=place).status_code  # type: ignore[attr-defined,no-any-return]

    assert {guess(number, user.email) for number in range(100)} == {400}
    assert guess(101, f" {user.email.upper()}", "right") == 429
    limited.get("/sign-in")
    assert guess(102, other.email, "right") == 302


def demo_mail(app: Flask, settings: Settings, session: Session, user: User) -> str:
    owner = session.get_one(Organisation, user.organisation_id)
    with app.test_request_context("/"):
        message = write_message(
            Post(settings, Addressee(owner, "Ona", "ona@example.org", "en"), uuid.uuid4()),
            "A subject",
            "receipt",
            vacancy={"title": "T"},
            link=f"{settings.base_url}/i/token",
            receipt_code="CODE",
            submitted_at=owner.created_at,
        )
    return lay_down(settings.mail_folder, owner.id, message).stem.split(".", 1)[1].replace(".", "-")


def test_a_simulated_company_shows_its_mails_to_its_own_people(
    app: Flask, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ours = people.user(session, people.organisation(session, simulated=True), "recruiter")
    theirs = people.user(session, people.organisation(session, simulated=True), "recruiter")
    session.commit()
    key, foreign = demo_mail(app, settings, session, ours), demo_mail(app, settings, session, theirs)
    sign_in(client, ours)
    listed = client.get("/demo/mail").get_data(as_text=True)
    assert f"/demo/mail/{key}" in listed
    assert foreign not in listed
    page = client.get(f"/demo/mail/{key}").get_data(as_text=True)
    assert f'<a href="{settings.base_url}/i/token">' in page
    assert client.get(f"/demo/mail/{foreign}").status_code == 404
    assert client.get("/demo/mail/..%2f..%2fsecret").status_code == 404


def test_a_real_company_has_no_such_mailbox(client: FlaskClient, session: Session) -> None:
    sign_in(client, recruiter(session))
    assert client.get("/demo/mail").status_code == 404
    assert "/demo/mail" not in client.get("/vacancies").get_data(as_text=True)


def test_a_simulated_company_says_so_on_every_page(client: FlaskClient, session: Session) -> None:
    user = people.user(session, people.organisation(session, simulated=True), "recruiter")
    session.commit()
    sign_in(client, user)
    for address in ("/vacancies", "/vacancies/new", "/password", "/demo/mail"):
        assert "Simulated company" in client.get(address).get_data(as_text=True), address


def test_somebody_without_a_room_is_told_whom_to_ask(client: FlaskClient, session: Session) -> None:
    user = people.user(session, people.organisation(session))
    session.commit()
    sign_in(client, user)
    assert "administrator" in client.get("/").get_data(as_text=True)
    assert client.get("/vacancies").status_code == 403
