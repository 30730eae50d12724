"""What a site on the open net has to stand: odd input, copied cookies, proxies, curious neighbours."""

from __future__ import annotations

import io
import logging
import stat
import time
import uuid
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import Client

from tests.factories import people, sittings
from tests.factories.signing import sign_in
from webapp import create_app
from webapp.account.loader import LONGEST_PAUSE_SECONDS, LONGEST_SECONDS
from webapp.commands.processes import make_site
from webapp.commands.running import prepare
from webapp.config import Settings, SettingsError, read_settings
from webapp.errors import Gone, Invalid
from webapp.extensions import db
from webapp.records import Answer, Applicant, Event, ImportBatch, User
from webapp.services.apply_publicly import _person
from webapp.services.deliver_mail import lay_down
from webapp.services.judge_password import is_easy_to_guess
from webapp.services.read_invitation_list import read_sent


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


EVERY_ROLE = ("recruiter", "hr", "administrator")


def desk_user(session: Session) -> User:
    user = people.user(session, people.organisation(session), *EVERY_ROLE)
    session.commit()
    return user


# --- sessions


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, client: FlaskClient, session: Session) -> None:
    user = desk_user(session)
    sign_in(client, user)
    thief = app.test_client()
    copied = client.get_cookie("makings")
    assert copied is not None
    thief.set_cookie("makings", copied.value)
    assert thief.get("/vacancies").status_code == 200
    client.get("/vacancies")
    client.send("/sign-out")  # type: ignore[attr-defined]
    assert thief.get("/vacancies").status_code == 302
    actions = session.scalars(select(Event.action).where(Event.user_id == user.id).order_by(Event.at)).all()
    assert actions == ["user.signed_in", "user.signed_out"]


@pytest.mark.parametrize(("name", "seconds"), [("since", LONGEST_SECONDS), ("seen", LONGEST_PAUSE_SECONDS)])
def test_a_session_ends_by_its_time(client: FlaskClient, session: Session, name: str, seconds: int) -> None:
    sign_in(client, desk_user(session))
    for moved, status in ((seconds - 60, 200), (seconds + 60, 302)):
        with client.session_transaction() as cookie:
            cookie[name] = int(time.time()) - moved
        assert client.get("/password").status_code == status


def test_being_here_keeps_a_session(client: FlaskClient, session: Session) -> None:
    sign_in(client, desk_user(session))
    with client.session_transaction() as cookie:
        cookie["seen"] = int(time.time()) - 600
    client.get("/password")
    with client.session_transaction() as cookie:
        assert time.time() - cookie["seen"] < 60


def test_the_cookie_cannot_be_set_from_elsewhere_where_there_is_tls(settings: Settings, tmp_path: Path) -> None:
    secure = read_settings({}, instance=tmp_path / "other", base_url="https://hire.example", secret_key="s" * 40)
    client = create_app(secure, testing=True).test_client()
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("__Host-makings=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    db.dispose()


# --- odd input


@pytest.mark.parametrize("address", ["//[", "http://[::1", "/\n//evil.example"])
def test_an_address_that_is_none_leads_nowhere(client: FlaskClient, address: str) -> None:
    assert client.get("/sign-in", query_string={"next": address}).status_code == 200
    assert client.send("/language", {"language": "lt", "next": address}).location == "/"  # type: ignore[attr-defined]


def test_a_nul_character_is_refused_wherever_it_stands(client: FlaskClient, session: Session) -> None:
    sign_in(client, desk_user(session))
    client.get("/hr/imports/staff/new")
    file = (io.BytesIO(b"code\nA1\n"), "a\0.csv")
    send = client.send  # type: ignore[attr-defined]
    replies = [
        client.get("/vacancies?search=a%00"),
        send("/password", {"present": "a\0b"}),
        send("/language", {"langu\0age": "lt"}),
        send("/hr/imports/staff/new", {"file": file}, content_type="multipart/form-data"),
    ]
    assert [reply.status_code for reply in replies] == [400] * 4
    assert session.scalars(select(ImportBatch)).all() == []


@pytest.mark.parametrize("lowest", ["NaN", "sNaN", "-Infinity", "1e999999", "-1e400"])
def test_a_scale_of_no_numbers_is_refused(client: FlaskClient, session: Session, lowest: str) -> None:
    sign_in(client, desk_user(session))
    client.get("/hr/imports/ratings/new")
    fields = {"file": (io.BytesIO(b"ratee,rater,rating\nA,B,3\n"), "r.csv"), "lowest": lowest, "highest": "5"}
    reply = client.send(  # type: ignore[attr-defined]
        "/hr/imports/ratings/new", fields, content_type="multipart/form-data"
    )
    assert reply.status_code == 400
    assert session.scalars(select(ImportBatch)).all() == []


@pytest.mark.parametrize("text", ["[" * 200_000, '[[Infinity, "A", "a@example.org", ""]]', "5", '[["x"]]', "{}]"])
def test_a_damaged_list_of_people_is_said_to_be_so(app: Flask, text: str) -> None:
    with app.test_request_context("/"):
        found = read_sent(text)
        assert found.people == []
        assert len(found.faults) == 1


def test_a_file_that_is_far_too_large_is_refused_as_a_page(app: Flask, client: FlaskClient, session: Session) -> None:
    sign_in(client, desk_user(session))
    client.get("/hr/imports/staff/new")
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    file = (io.BytesIO(b"x" * 2_000), "big.csv")
    reply = client.send(  # type: ignore[attr-defined]
        "/hr/imports/staff/new", {"file": file}, content_type="multipart/form-data"
    )
    assert reply.status_code == 413
    assert session.scalars(select(ImportBatch)).all() == []


# --- people


def test_who_was_withdrawn_can_no_longer_answer_in_an_open_browser(client: FlaskClient, session: Session) -> None:
    someone = sittings.invited(session)
    base = sittings.walk_in(client, someone)
    client.get(f"{base}/question/1")
    session.get_one(Applicant, (someone.organisation.id, someone.applicant.id)).state = "withdrawn"
    session.commit()
    answer = {"best": "a", "worst": "b", "revision": "0"}
    assert client.send(f"{base}/question/1", answer).status_code == Gone.status  # type: ignore[attr-defined]
    assert client.send(f"{base}/submit").status_code == Gone.status  # type: ignore[attr-defined]
    session.expire_all()
    assert session.scalars(select(Answer)).all() == []
    assert session.get_one(Applicant, (someone.organisation.id, someone.applicant.id)).state == "withdrawn"


@pytest.mark.parametrize("name", ["See https://evil.example", "www.evil.example", "a@evil.example", "evil.example/win"])
def test_nobody_sends_advertisements_through_the_public_door(app: Flask, session: Session, name: str) -> None:
    place = sittings.vacancy(session, people.organisation(session))
    place.languages = ["en"]
    with app.test_request_context("/"):
        with pytest.raises(Invalid, match="name"):
            _person(place, name, "a@example.org", "en")
        assert _person(place, "J. R. O'Neil-Žukas (St.John)", "a@example.org", "en").name.startswith("J. R.")


# --- passwords


@pytest.mark.parametrize(
    "password",
    ["password1234", "aaaaaaaaaaaa", "qwertyuiop12", "123456789012", "Kestutis2026", "ILoveYou!!!!", "  a     b   "],
)
def test_what_would_be_tried_first_is_no_password(password: str) -> None:
    assert is_easy_to_guess(password, ("kestutis@example.org", "Kestutis B."))


@pytest.mark.parametrize("password", [people.PASSWORD, "a new long password", "Zk3-vbQ8_pLw0", "ežys bėga per mišką"])
def test_what_takes_long_to_guess_is_taken(password: str) -> None:
    assert not is_easy_to_guess(password, ("kestutis@example.org", "Kestutis B."))


def test_an_easy_password_is_not_taken(client: FlaskClient, session: Session) -> None:
    user = desk_user(session)
    sign_in(client, user)
    client.get("/password")
    data = {"present": people.PASSWORD, "wanted": "password1234", "again": "password1234"}
    assert client.send("/password", data).status_code == 400  # type: ignore[attr-defined]
    before = user.password_hash
    session.refresh(user)
    assert user.password_hash == before


# --- files, logs, settings


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_on_the_machine_reads_the_data(tmp_path: Path, app: Flask) -> None:
    settings = read_settings({}, instance=tmp_path / "private")
    prepare(settings)
    with app.app_context():
        from email.message import EmailMessage

        mail = lay_down(settings.mail_folder, uuid.uuid4(), EmailMessage())
    files = [settings.instance / "makings.sqlite", settings.instance / "secret.key", mail]
    assert [oct(mode(path)) for path in (settings.instance, settings.mail_folder)] == ["0o700"] * 2
    assert [oct(mode(path)) for path in files] == ["0o600"] * 3


def test_a_short_or_lost_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least 32 characters"):
        read_settings({"MAKINGS_SECRET_KEY": "short"}, instance=tmp_path)
    (tmp_path / "secret.key").touch()
    with pytest.raises(SettingsError, match="holds no secret"):
        read_settings({}, instance=tmp_path)
    with pytest.raises(SettingsError, match="whole number"):
        read_settings({"MAKINGS_PROXIES": "yes"}, instance=tmp_path)


def test_an_error_is_logged_without_the_address_and_what_was_asked(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_session: Session, token: str) -> None:
        _session.execute(select(User).where(User.email == token, User.name.cast(db_type()) == 1)).all()
        raise RuntimeError("broken")

    monkeypatch.setattr("webapp.candidate.views.open_invitation", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.ERROR):
        reply = client.get("/i/a-secret-token")
    assert reply.status_code == 500
    assert "/i/<token>" in caplog.text
    assert "a-secret-token" not in caplog.text
    assert "broken" not in reply.get_data(as_text=True)


def db_type() -> object:
    from sqlalchemy.types import UserDefinedType

    class Nothing(UserDefinedType[object]):
        cache_ok = True

        def get_col_spec(self) -> str:
            return "no_such_type("

    return Nothing()


def test_a_refused_sign_in_is_written_down_without_the_address(
    client: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    user = desk_user(session)
    with caplog.at_level(logging.WARNING):
        sign_in(client, user, "wrong")
    assert f"sign-in refused: user {user.id}" in caplog.text
    assert user.email not in caplog.text


# --- the server around the site


@pytest.fixture
def served(tmp_path: Path) -> Client:
    return Client(make_site(read_settings({}, instance=tmp_path / "served", secret_key="s" * 40)))


def test_a_static_file_carries_the_same_protection(served: Client) -> None:
    reply = served.get("/static/icon.svg")
    assert reply.status_code == 200
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in reply.headers
    reply.close()
    db.dispose()


@pytest.mark.parametrize(("proxies", "asker"), [("0", "10.0.0.9"), ("1", "203.0.113.7")])
def test_only_our_proxies_are_believed(tmp_path: Path, proxies: str, asker: str) -> None:
    settings = read_settings({"MAKINGS_PROXIES": proxies}, instance=tmp_path / "behind")
    site = create_app(settings, testing=True)
    seen: list[str | None] = []
    site.before_request(lambda: seen.append(_remote()))
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    site.test_client().get("/sign-in", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert seen == [asker]
    db.dispose()


def _remote() -> str | None:
    from flask import request

    return request.remote_addr
