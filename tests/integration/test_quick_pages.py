"""The quick pages say what Flask says: the same requests to both doors, byte for byte, and the same rows afterwards."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import flask_wtf.csrf
import itsdangerous
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.databases import SQLITE
from tests.factories import people, sittings
from tests.factories.timing import SetClock
from tests.integration.test_candidate_formats import ALL_SIX, CASES
from webapp import create_app
from webapp.candidate.quick_pages import door
from webapp.candidate.quick_pages.door import QuickPages
from webapp.candidate.quick_save import QuickSaves
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Answer, AnswerRevision, Applicant, Organisation, Sitting, SittingClock, Vacancy, base
from webapp.services import save_answer
from webapp.services.read_response import sent_as

ITEMS = ALL_SIX.items_of("A")
FORM = "application/x-www-form-urlencoded"
TABLES = (SittingClock, AnswerRevision, Answer)
Answered = tuple[str, list[tuple[str, str]], bytes]


@dataclass
class Doors:
    """One site, by its quick pages and by Flask alone; a browser that holds one sitting."""

    app: Flask
    session: Session
    clock: SetClock
    sitting: str
    cookie: str
    token: str
    name: str = "makings"
    to_flask: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        outer: Any = self.app.wsgi_app
        assert isinstance(outer, QuickSaves)
        inner: Any = outer.flask
        self.quick: QuickPages = inner.app if isinstance(inner, ProxyFix) else inner
        assert isinstance(self.quick, QuickPages)
        self.flask = self.quick.flask
        self.quick.flask = self.noted  # type: ignore[method-assign]

    def noted(self, environ: Any, start_response: Any) -> Any:
        self.to_flask.append(environ["REQUEST_METHOD"])
        return self.flask(environ, start_response)

    def get(self, number: int = 1, **changes: Any) -> dict[str, Any]:
        path = changes.pop("path", f"/sitting/{self.sitting}/question/{number}")
        method = changes.pop("method", "GET")
        environ = EnvironBuilder(path=path, method=method).get_environ() | {"HTTP_COOKIE": f"{self.name}={self.cookie}"}
        return {key: value for key, value in (environ | changes).items() if value is not None}

    def post(self, number: int = 1, sent: dict[str, Any] | bytes | None = None, **changes: Any) -> dict[str, Any]:
        """A form as its page sends it; a change to None leaves a field or a header out."""
        usual = {"csrf_token": self.token, "revision": "0", "action": "save"}
        if not isinstance(sent, bytes):
            fields = usual | (ANSWERS[min(number, len(ITEMS)) - 1] if sent is None else sent)
            sent = urlencode({name: value for name, value in fields.items() if value is not None}, True).encode()
        about = {"wsgi.input": io.BytesIO(sent), "CONTENT_LENGTH": str(len(sent)), "CONTENT_TYPE": FORM}
        return self.get(number, method=changes.pop("method", "POST"), **about | changes)

    def both(self, request: Callable[[], dict[str, Any]]) -> tuple[bool, Answered]:
        """Send this to each door from the same beginning; whether the quick one took it, and the reply."""
        kept = [(table, self.all_of(table)) for table in reversed(TABLES)]
        plain = self.told(self.flask, request())
        for table in TABLES:
            self.session.execute(delete(table))
        for table, rows in kept:
            if rows:
                self.session.execute(insert(table), rows)
        self.session.commit()
        self.to_flask.clear()
        assert self.told(self.quick, request()) == plain
        return not self.to_flask, plain[0]

    def told(self, application: Any, environ: dict[str, Any]) -> tuple[Answered, list[Any]]:
        body, status, headers = run_wsgi_app(application, environ, buffered=True)
        db.close()
        new = {"id", "answer_id"}
        rows = [
            sorted(str({name: value for name, value in row.items() if name not in new}) for row in self.all_of(table))
            for table in TABLES
        ]
        return (status, sorted(headers), b"".join(body)), rows

    def all_of(self, table: Any) -> list[dict[str, Any]]:
        rows = [dict(row) for row in self.session.execute(select(table.__table__)).mappings()]
        self.session.rollback()
        return rows

    def change(self, table: Any, **values: Any) -> None:
        self.session.execute(update(table).values(values))
        self.session.commit()


ANSWERS = [sent_as(item, CASES[item.format].kept) for item in ITEMS]


@pytest.fixture
def doors(app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    owner = people.organisation(session, contact_email="people@example.org")
    path = sittings.walk_in(client, sittings.invited(session, sittings.vacancy(session, owner, ALL_SIX)))
    yield at(app, client, session, monkeypatch, path)
    db.close()


def at(app: Flask, client: FlaskClient, session: Session, patch: pytest.MonkeyPatch, path: str) -> Doors:
    """All that is drawn anew for each page is drawn alike, so that pages can be compared whole."""
    moment, clock = int(time.time()), SetClock()
    patch.setattr(base, "clock", clock)
    patch.setattr(secrets, "token_urlsafe", lambda _bytes: "a-nonce")
    patch.setattr(flask_wtf.csrf, "os", SimpleNamespace(urandom=bytes))
    patch.setattr(secrets, "randbelow", lambda _most: 7)
    patch.setattr(itsdangerous.TimestampSigner, "get_timestamp", lambda _signer: moment)
    page = client.get(f"{path}/question/1").text
    found, cookie = re.search(r'name="csrf_token" value="([^"]+)"', page), client.get_cookie("makings")
    assert found
    assert cookie
    return Doors(app, session, clock, path.removeprefix("/sitting/"), cookie.value, found[1])


# --- what is usual


@SQLITE
def test_every_question_comes_by_the_quick_door_as_flask_makes_it(doors: Doors) -> None:
    for language in ("en", "ru", "lt"):
        all_open(doors)
        doors.change(Sitting, language=language)
        answer_all(doors)


def answer_all(doors: Doors) -> None:
    for number, item in enumerate(ITEMS, 1):
        for header in ({"HTTP_ACCEPT_ENCODING": "gzip, br"}, {"HTTP_HOST": "not a host", "HTTP_ACCEPT_LANGUAGE": "ru"}):
            taken, (status, _headers, _body) = doors.both(partial(doors.get, number, **header))
            assert (taken, status) == (True, "200 OK"), item.id
        doors.clock.pass_by(seconds=61)
        sent = {"action": "skip"} if number % 2 else None
        taken, (status, headers, _body) = doors.both(partial(doors.post, number, sent))
        after = f"question/{number + 1}" if number < len(ITEMS) else "review"
        assert (taken, dict(headers)["Location"]) == (True, f"/sitting/{doors.sitting}/{after}"), item.id
        # What is saved already is shown by Flask.
        assert not doors.both(partial(doors.get, number))[0]


@SQLITE
def test_somebody_on_the_staff_is_asked_the_library_s_questions_by_it(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sections open with words of their own; nobody is asked here whether they need more time."""
    path = sittings.held(client, sittings.of_staff(session, language="lt", consented_at=base.now()))
    session.commit()
    doors = at(app, client, session, monkeypatch, path)
    for number in range(1, 25):
        assert b"/adjustment" not in taken_page(doors, number)
    db.close()


@SQLITE
def test_from_the_review_it_leads_back_there(doors: Doors) -> None:
    taken, (_status, headers, _body) = doors.both(partial(doors.post, 1, ANSWERS[0] | {"from": "review"}))
    assert (taken, dict(headers)["Location"]) == (True, f"/sitting/{doors.sitting}/review")


def test_both_databases_give_the_same(doors: Doors) -> None:
    """Pages after nothing, an answer, a skip, a skip taken back, and with what company and vacancy say changed."""
    assert doors.both(doors.get)[0]
    assert doors.both(doors.post)[0]
    assert doors.both(partial(doors.get, 2))[0]
    doors.change(Organisation, contact_email="", simulated=True)
    doors.change(Vacancy, languages=["lt", "en"])
    page = taken_page(doors, 2)
    assert b"people@example.org" not in page
    assert "Русский".encode() not in page
    doors.clock.pass_by(seconds=1)
    assert doors.both(partial(doors.post, 2, {"action": "skip"}))[0]
    assert b'id="undo-skip"' in taken_page(doors, 3)
    assert not doors.both(partial(doors.post, 2, {"action": "undo", "revision": "1"}))[0]
    assert b'id="undo-skip"' not in taken_page(doors, 3)
    assert not doors.both(partial(doors.post, 1, {"action": "skip"}))[0], "stale"


def taken_page(doors: Doors, number: int) -> bytes:
    taken, (_status, _headers, page) = doors.both(partial(doors.get, number))
    assert taken, number
    return page


@SQLITE
def test_any_walk_is_the_same(doors: Doors) -> None:
    """Nonsense, other languages, other companies' words and ends at random moments, each from the state before it."""
    drawn, taken = random.Random(52), 0
    for _step in range(120):
        doors.clock.pass_by(seconds=drawn.randrange(3) * 40)
        if drawn.random() < 0.3:
            drawn.choice(CHANGES)(doors, drawn)
        number = drawn.randrange(1, len(ITEMS) + 2)
        sent = any_form(drawn, number) if drawn.random() < 0.5 else None
        request = partial(doors.get, number) if drawn.random() < 0.5 else partial(doors.post, number, sent)
        taken += doors.both(request)[0]
    assert taken > 30


def any_form(drawn: random.Random, number: int) -> dict[str, Any]:
    """An answer, to this question or to another, with something wrong in it now and then."""
    sent: dict[str, Any] = dict(ANSWERS[min(number, len(ITEMS)) - 1] if drawn.random() < 0.7 else drawn.choice(ANSWERS))
    sent |= {"revision": str(drawn.choice([0, 0, 0, 1, 2, "x"]))}
    for name, value in (
        ("action", drawn.choice(["skip", "undo", None])),
        ("from", "review"),
        ("best", drawn.choice("abcdz")),
        ("csrf_token", drawn.choice([None, "", "x"])),
        ("go_on", "y"),
        ("text", drawn.choice(["", "ž & <b>\r\n", "я" * 4001])),
    ):
        if drawn.random() < 0.1:
            sent[name] = value
    return sent


def any_language(doors: Doors, drawn: random.Random) -> None:
    doors.change(Sitting, language=drawn.choice(["en", "ru", "lt"]))


def any_company(doors: Doors, drawn: random.Random) -> None:
    doors.change(
        Organisation, contact_email=drawn.choice(["", "o'hara&co@example.org"]), simulated=drawn.random() < 0.5
    )
    doors.change(Vacancy, languages=drawn.choice([[], ["en"], ["ru", "lt", "en"]]), title=drawn.choice("AB"))


def any_end(doors: Doors, drawn: random.Random) -> None:
    """Closed in one way for a while, mostly open."""
    how = drawn.randrange(8)
    at = doors.clock.now()
    doors.change(Sitting, state="started", submitted_at=None, deadline_at=None)
    doors.change(Applicant, state="withdrawn" if how == 0 else "started")
    doors.change(Vacancy, state="closed" if how == 1 else "open")
    if how == 2:
        doors.change(Sitting, state="submitted", submitted_at=at)
    if how == 3:
        doors.change(Sitting, state="withdrawn")


def all_open(doors: Doors, _drawn: random.Random | None = None) -> None:
    for table in TABLES:
        doors.session.execute(delete(table))
    doors.session.commit()


CHANGES = [all_open, any_language, any_company, any_end]


# --- what is not


@SQLITE
def test_what_is_not_usual_goes_to_flask_as_it_came(doors: Doors) -> None:
    makings = f"makings={doors.cookie}"
    form = urlencode(ANSWERS[0] | {"csrf_token": doors.token, "revision": "0"}).encode()
    get, post = doors.get, doors.post
    unusual: dict[str, Callable[[], dict[str, Any]]] = {
        "no such question": partial(get, len(ITEMS) + 1),
        "question 0": partial(get, 0),
        "a number written otherwise": partial(get, path=f"/sitting/{doors.sitting}/question/01"),
        "another's sitting": partial(get, path=f"/sitting/{uuid.UUID(int=1)}/question/1"),
        "a query": partial(get, QUERY_STRING="language=lt"),
        "a choice that came along": partial(get, QUERY_STRING="best=a&revision=0"),
        "a NUL in the query": partial(get, QUERY_STRING="a=%00"),
        "no cookie": partial(get, HTTP_COOKIE=None),
        "a forged cookie": partial(get, HTTP_COOKIE=makings[:-2] + "AA"),
        "below another path": partial(get, SCRIPT_NAME="/else"),
        "a socket": partial(get, HTTP_UPGRADE="websocket"),
        "a HEAD": partial(get, method="HEAD"),
        "a PUT": partial(post, method="PUT"),
        "no token": partial(post, 1, ANSWERS[0] | {"csrf_token": None}),
        "an empty token": partial(post, 1, ANSWERS[0] | {"csrf_token": ""}),
        "a wrong token": partial(post, 1, ANSWERS[0] | {"csrf_token": doors.token[:-1]}),
        "the cookie's half": partial(post, 1, ANSWERS[0] | {"csrf_token": doors.token.split(".")[0]}),
        "a token in a header": partial(post, 1, ANSWERS[0] | {"csrf_token": None}, HTTP_X_CSRFTOKEN=doors.token),
        "no answer": partial(post, 1, {}),
        "half an answer": partial(post, 1, {"best": "a"}),
        "the impossible pair": partial(post, 1, {"best": "a", "worst": "a"}),
        "no such option": partial(post, 1, {"best": "z", "worst": "a"}),
        "to undo": partial(post, 1, {"action": "undo"}),
        "to end a break": partial(post, 1, ANSWERS[0] | {"go_on": "y"}),
        "an answer to no question": partial(post, len(ITEMS) + 1, ANSWERS[0]),
        "a NUL": partial(post, 1, form + b"&x=%00"),
        "letters that are none": partial(post, 1, form + b"&x=%ff"),
        "bare letters": partial(post, 1, form + "&x=ž".encode()),
        "cut off": partial(post, CONTENT_LENGTH="4000"),
        "no length": partial(post, CONTENT_LENGTH=None),
        "too long": partial(post, 6, {"text": "x" * 70_000}),
        "many fields": partial(post, 1, form + b"&x=1" * 300),
        "another type": partial(post, CONTENT_TYPE=f"{FORM}; charset=utf-8"),
        "JSON": partial(post, CONTENT_TYPE="application/json"),
    }
    assert [name for name, request in unusual.items() if doors.both(request)[0]] == []


@SQLITE
def test_of_two_fields_with_one_name_the_first_counts(doors: Doors) -> None:
    form = urlencode([("csrf_token", doors.token), *ANSWERS[0].items(), ("revision", "0"), ("best", "d"), ("x", "")])
    assert doors.both(partial(doors.post, 1, form.encode()))[0]
    assert doors.all_of(Answer)[0]["value"] == CASES[ITEMS[0].format].kept


@SQLITE
def test_what_is_over_is_told_by_flask(doors: Doors) -> None:
    past = doors.clock.now() - dt.timedelta(minutes=1)
    ends: dict[str, tuple[Any, dict[str, Any]]] = {
        "submitted": (Sitting, {"state": "submitted", "submitted_at": past}),
        "withdrawn": (Sitting, {"state": "withdrawn"}),
        "with a limit": (Sitting, {"deadline_at": past + dt.timedelta(hours=1)}),
        "invited no more": (Applicant, {"state": "withdrawn"}),
        "closed": (Vacancy, {"state": "closed"}),
    }
    assert doors.both(doors.get)[0]
    for name, (table, values) in ends.items():
        before = {each: doors.all_of(table)[0][each] for each in values}
        doors.change(table, **values)
        if table is Sitting:
            assert not doors.both(partial(doors.get, 2))[0], name
        assert doors.both(doors.post)[0] == (name == "with a limit"), name
        doors.change(table, **before)
        all_open(doors)
    assert doors.both(doors.post)[0]


@SQLITE
def test_what_was_refused_is_not_tried_twice(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []

    def refused(*save: Any) -> Any:
        tried.append(save)
        raise save_answer.NotSaved

    monkeypatch.setattr(door, "save_durably", refused)
    monkeypatch.setattr("webapp.candidate.saving_views.save_durably", refused)
    taken, (status, _headers, _body) = doors.both(doors.post)
    assert (taken, status, len(tried)) == (False, "503 SERVICE UNAVAILABLE", 2)


@SQLITE
def test_what_the_door_cannot_know_is_told_by_flask(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> Any:
        raise OSError

    assert doors.both(doors.get)[0]
    with monkeypatch.context() as patch:
        patch.setattr(door, "glance_at", broken)
        assert not doors.both(doors.get)[0], "the database is not there"
    with monkeypatch.context() as patch:
        patch.setitem(doors.app.config, "PERMANENT_SESSION_LIFETIME", dt.timedelta(seconds=-1))
        assert not doors.both(doors.get)[0], "an old cookie counts no more"
    doors.session.execute(delete(Sitting))
    doors.session.commit()
    for request in (doors.get, doors.post):
        taken, (status, _headers, _page) = doors.both(request)
        assert (taken, status) == (False, "404 NOT FOUND"), "who was erased is not here"


# --- around it


@SQLITE
def test_over_tls_a_form_comes_from_a_page_of_ours(doors: Doors, settings: Settings) -> None:
    """Behind a proxy that ends the TLS, as it is installed."""
    app = create_app(replace(settings, base_url="https://makings.example", proxies=1), testing=True)
    secure = Doors(app, doors.session, doors.clock, doors.sitting, doors.cookie, doors.token, "__Host-makings")
    over = {"wsgi.url_scheme": "https", "HTTP_HOST": "makings.example"}
    referrers = {
        "https://makings.example/sitting/x": True,
        "https://makings.example:443/sitting/x": False,
        "http://makings.example/sitting/x": False,
        "https://elsewhere.example/": False,
        "": False,
        None: False,
    }
    taken = {each: secure.both(partial(secure.post, 1, **over, HTTP_REFERER=each))[0] for each in referrers}
    assert taken == referrers
    assert secure.both(partial(secure.get, 2, **over))[0]
    behind = secure.post(2, HTTP_HOST="makings.example", HTTP_X_FORWARDED_PROTO="https")
    assert run_wsgi_app(app.wsgi_app, behind)[1] == "400 BAD REQUEST", "the proxy's word is heard first"


@SQLITE
def test_a_page_that_asks_for_more_is_flasks(doors: Doors) -> None:
    """Somebody puts the company's name onto the page: it would be kept with the page, and so it is not kept."""
    loader, name = doors.app.jinja_env.loader, "candidate/question.html"
    assert loader
    source = loader.get_source(doors.app.jinja_env, name)[0]
    more = source.replace("{{ fault_summary(faults) }}", "{{ organisation.name }}")
    assert more != source
    doors.app.jinja_env.loader = ChoiceLoader([DictLoader({name: more}), loader])
    doors.app.jinja_env.cache = None
    doors.quick.moulds.of.cache_clear()
    taken, (status, _headers, _page) = doors.both(doors.get)
    assert (taken, status) == (False, "200 OK")


@SQLITE
def test_the_door_is_there_unless_it_is_left_out_or_does_not_know_the_house(settings: Settings) -> None:
    def made(**changes: Any) -> Any:
        return create_app(Settings(**vars(settings) | changes), testing=True).wsgi_app

    assert isinstance(made(quick_saves=False), QuickPages)
    assert not isinstance(made(quick_saves=False, quick_pages=False), QuickPages)
    assert not isinstance(made(quick_pages=False).flask, QuickPages)
