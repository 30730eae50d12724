"""The quick door says what Flask says: the same saves through both, byte for byte, and the same rows afterwards."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder, run_wsgi_app

from questionnaires import shelf
from tests.databases import SQLITE
from tests.factories import sittings
from webapp import create_app
from webapp.candidate import quick_save, saving_guards
from webapp.candidate.quick_save import QuickSaves
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Answer, AnswerRevision, Applicant, Sitting, SittingClock, Vacancy, base
from webapp.services import save_answer

pytestmark = SQLITE
FIRST, SECOND = (item.id for item in shelf.get("customer-orientation").items_of("A")[:2])
MOMENT = dt.datetime(2031, 5, 6, 7, 8, 9, 123456, dt.UTC)
KEY = str(uuid.UUID(int=7))
USUAL = {
    "item": FIRST,
    "value": {"best": "a", "worst": "b"},
    "revision": 0,
    "order": ["c", "a", "b", "d"],
    "seconds": 12.5,
    "away": {"count": 2, "seconds": 3},
    "key": KEY,
}
Answered = tuple[str, list[tuple[str, str]], bytes]


class Stopped:
    """A clock that stands, so that both doors save at the same moment."""

    def now(self) -> dt.datetime:
        return MOMENT


@dataclass
class Doors:
    """One site, by its quick door and by Flask alone; a browser that holds one sitting."""

    app: Flask
    session: Session
    sitting: str
    cookie: str
    token: str
    to_flask: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert isinstance(self.app.wsgi_app, QuickSaves)
        self.quick: QuickSaves = self.app.wsgi_app
        self.flask = self.quick.flask
        self.quick.flask = self.noted  # type: ignore[method-assign]

    def noted(self, environ: Any, start_response: Any) -> Any:
        self.to_flask.append(environ["REQUEST_METHOD"])
        return self.flask(environ, start_response)

    def request(self, sent: Any = None, **changes: Any) -> dict[str, Any]:
        """The WSGI environment of a save as the script sends it; a change to None leaves a key out."""
        path = changes.pop("path", f"/sitting/{self.sitting}/answers")
        method = changes.pop("method", "POST")
        body = sent if isinstance(sent, bytes) else json.dumps(USUAL | (sent or {})).encode()
        environ = EnvironBuilder(path=path, method=method).get_environ()
        environ |= {
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "HTTP_COOKIE": f"makings={self.cookie}",
            "HTTP_X_CSRFTOKEN": self.token,
            "HTTP_ACCEPT_ENCODING": "gzip, br",
        } | changes
        return {key: value for key, value in environ.items() if value is not None}

    def both(self, *requests: Callable[[], dict[str, Any]], begin: Callable[[], None] | None = None) -> bool:
        """Send these one after another to each door from the same beginning; whether the quick one took the last."""
        found = [self._found(door, requests, begin) for door in (self.flask, self.quick)]
        assert found[1] == found[0]
        return not self.to_flask

    def _found(self, door: Any, requests: Any, begin: Callable[[], None] | None) -> tuple[list[Answered], list[Any]]:
        self.clear()
        if begin:
            begin()
        replies = []
        for each in requests:
            self.to_flask.clear()
            replies.append(asked(door, each()))
        return replies, self.rows()

    def clear(self) -> None:
        for table in (AnswerRevision, Answer, SittingClock):
            self.session.execute(delete(table))
        self.session.execute(
            update(Sitting).values(state="started", submitted_at=None, deadline_at=None, consented_at=MOMENT)
        )
        self.session.execute(update(Applicant).values(state="started"))
        self.session.execute(update(Vacancy).values(state="open"))
        self.session.commit()
        saving_guards.pace.counts.clear()

    def rows(self) -> list[Any]:
        """Everything that was written but the ids that are new each time; and the pace that was used up."""
        own = {"id", "answer_id"}
        kept = [
            [{name: value for name, value in row.items() if name not in own} for row in rows.mappings()]
            for rows in (
                self.session.execute(select(table.__table__).order_by(table.item_id, table.revision))
                for table in (Answer, AnswerRevision)
            )
        ]
        self.session.rollback()
        return [*kept, dict(saving_guards.pace.counts)]


def asked(door: Any, environ: dict[str, Any]) -> Answered:
    body, status, headers = run_wsgi_app(door, environ, buffered=True)
    db.close()
    if "text/html" in headers.get("Content-Type", ""):  # every page has a nonce and a token of its own
        return status, [(name, "") for name in sorted(headers.keys())], b""
    return status, sorted((name, untimed(name, value)) for name, value in headers), b"".join(body)


def untimed(name: str, value: str) -> str:
    """A header as it is; of a cookie that is set anew only what it holds, as it is signed with the second of day."""
    return value.split(".")[0] if name == "Set-Cookie" else value


@pytest.fixture
def doors(app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    sitting = sittings.walk_in(client, sittings.invited(session)).removeprefix("/sitting/")
    cookie = client.get_cookie("makings")
    token = (client.get(f"/sitting/{sitting}/state").json or {})["csrf"]
    assert cookie is not None
    monkeypatch.setattr(base, "clock", Stopped())
    own = db._current.set(None)
    opened = Doors(app, session, sitting, cookie.value, token)
    first = asked(opened.quick, opened.request())
    assert (first[0], opened.to_flask) == ("200 OK", ["POST"]), "a token that is new is checked by Flask"
    yield opened
    db.close()
    db._current.reset(own)


def signed(app: Flask, content: dict[str, Any]) -> str:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return str(signer.dumps(content))


def test_usual_saves_are_taken_and_are_what_flask_makes_of_them(doors: Doors) -> None:
    def sent(**changes: Any) -> Callable[[], dict[str, Any]]:
        return lambda: doors.request(changes)

    first = sent()
    usual: dict[str, list[Callable[[], dict[str, Any]]]] = {
        "an answer": [first],
        "a skip": [sent(value=None)],
        "a skip that is answered": [sent(value=None), sent(revision=1, key=str(uuid.uuid4()))],
        "the same once more": [first, first],
        "another value": [first, sent(value={"best": "d", "worst": "a"}, revision=1, key=str(uuid.UUID(int=8)))],
        "a second question": [first, sent(item=SECOND, key=str(uuid.UUID(int=9)))],
        "nothing about times": [sent(seconds=None, away=None)],
        "no compression": [lambda: doors.request(HTTP_ACCEPT_ENCODING=None)],
        "another cookie beside": [lambda: doors.request(HTTP_COOKIE=f'other="1, 2"; makings={doors.cookie}')],
        "no host": [lambda: doors.request(HTTP_HOST="not a host")],
    }
    assert [name for name, requests in usual.items() if not doors.both(*requests)] == []


def test_what_is_not_usual_goes_to_flask_as_it_came(doors: Doors) -> None:
    makings = f"makings={doors.cookie}"
    held = {"sittings": {doors.sitting: str(uuid.uuid4())}, "_permanent": True}
    path = f"/sitting/{doors.sitting}/answers"
    unusual: dict[str, tuple[Any, dict[str, Any]]] = {
        "no answer": ({"value": {"best": "a"}}, {}),
        "no such item": ({"item": "nobody"}, {}),
        "no such option": ({"order": ["z"]}, {}),
        "a wrong type": ({"revision": True}, {}),
        "no number": ({"seconds": float("nan")}, {}),
        "no JSON": (b"{", {}),
        "half a letter": (b'{"item": "\\ud800"}', {}),
        "no object": (b"[]", {}),
        "nothing": (b"", {}),
        "deep": (b"[" * 5000, {}),
        "too long": ({"value": {"text": "x" * 70_000}}, {}),
        "cut off": (None, {"CONTENT_LENGTH": "400"}),
        "no length": (None, {"CONTENT_LENGTH": None}),
        "an odd length": (None, {"CONTENT_LENGTH": "\u00b2"}),
        "in chunks": (None, {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": None}),
        "a form": (b"item=x", {"CONTENT_TYPE": "application/x-www-form-urlencoded"}),
        "a form with a NUL": (b"item=%00", {"CONTENT_TYPE": "application/x-www-form-urlencoded"}),
        "another type": (None, {"CONTENT_TYPE": "application/json; charset=utf-8"}),
        "no type": (None, {"CONTENT_TYPE": None}),
        "a query": (None, {"QUERY_STRING": "language=lt"}),
        "a NUL in the query": (None, {"QUERY_STRING": "a=%00"}),
        "a socket": (None, {"HTTP_CONNECTION": "upgrade", "HTTP_UPGRADE": "websocket"}),
        "below another path": (None, {"SCRIPT_NAME": "/else"}),
        "a wrong token": (None, {"HTTP_X_CSRFTOKEN": "wrong"}),
        "no token": (None, {"HTTP_X_CSRFTOKEN": None}),
        "an empty token": (None, {"HTTP_X_CSRFTOKEN": ""}),
        "no cookie": (None, {"HTTP_COOKIE": None}),
        "an odd cookie": (None, {"HTTP_COOKIE": "makings=nonsense"}),
        "a forged cookie": (None, {"HTTP_COOKIE": makings[:-2] + "AA"}),
        "two cookies": (None, {"HTTP_COOKIE": f"makings=nonsense; {makings}"}),
        "letters": (None, {"HTTP_COOKIE": f"{makings}; a=\u00e4"}),
        "without a token in it": (None, {"HTTP_COOKIE": f"makings={signed(doors.app, held)}"}),
        "somebody signed in": (
            None,
            {"HTTP_COOKIE": f"makings={signed(doors.app, held | {'csrf_token': 'x', '_user_id': 'y'})}"},
        ),
        "another's sitting": (None, {"path": f"/sitting/{uuid.UUID(int=1)}/answers"}),
        "an address in capitals": (None, {"path": path.upper().replace("/SITTING", "/sitting")}),
        "another address": (None, {"path": f"{path}/"}),
        "a GET": (None, {"method": "GET"}),
        "a PUT": (None, {"method": "PUT"}),
        "a HEAD": (None, {"method": "HEAD"}),
    }
    taken = [name for name, (sent, changes) in unusual.items() if doors.both(partial(doors.request, sent, **changes))]
    assert taken == []


def closed(doors: Doors, table: Any, **values: Any) -> Callable[[], None]:
    def begin() -> None:
        doors.session.execute(update(table).values(values))
        doors.session.commit()

    return begin


def resting(doors: Doors) -> None:
    row = doors.session.scalars(select(Sitting)).one()
    values = {"started_at": MOMENT, "last_beat_at": MOMENT, "break_ends_at": MOMENT + dt.timedelta(minutes=1)}
    doors.session.execute(
        insert(SittingClock).values(
            organisation_id=row.organisation_id, sitting_id=row.id, allowance_seconds=600, **values
        )
    )
    doors.session.commit()


def test_what_the_writer_refuses_is_told_by_flask_and_not_tried_twice(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Any] = []
    real = save_answer.save_durably

    def counted(*save: Any) -> Any:
        tried.append(save)
        return real(*save)

    monkeypatch.setattr(quick_save, "save_durably", counted)
    monkeypatch.setattr("webapp.candidate.saving_views.save_durably", counted)
    beginnings: dict[str, Callable[[], None] | None] = {
        "submitted": closed(doors, Sitting, state="submitted", submitted_at=MOMENT),
        "time": closed(doors, Sitting, deadline_at=MOMENT - dt.timedelta(minutes=1)),
        "withdrawn": closed(doors, Applicant, state="withdrawn"),
        "vacancy": closed(doors, Vacancy, state="closed"),
        "not ready": closed(doors, Sitting, consented_at=None),
        "resting": lambda: resting(doors),
    }
    for name, begin in beginnings.items():
        assert not doors.both(doors.request, begin=begin), name
        assert len(tried) == 2, name
        tried.clear()
    other = {"value": {"best": "d", "worst": "a"}, "key": str(uuid.UUID(int=8))}
    assert not doors.both(doors.request, lambda: doors.request(other)), "stale"
    assert not doors.both(lambda: doors.request(other | {"revision": 3})), "stale, and nothing there"
    assert len(tried) == 6


@pytest.mark.parametrize("error", [save_answer.NotSaved(), ValueError("broken")], ids=["lost", "broken"])
def test_what_breaks_is_told_by_flask(doors: Doors, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    class Broken:
        def save(self, _save: object) -> None:
            raise error

    monkeypatch.setattr(save_answer, "writer", Broken)
    assert not doors.both(doors.request)


def test_who_is_too_fast_is_told_by_flask_and_counted_once(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving_guards, "MOST_IN_A_MINUTE", 2)
    monkeypatch.setattr("webapp.candidate.saving_guards.time.monotonic", lambda: 60.0)
    monkeypatch.setitem(doors.app.config, "RATELIMIT_ENABLED", True)
    saving_guards.pace.minute = 1
    assert doors.both(*[doors.request] * 2)
    assert not doors.both(*[doors.request] * 3)
    assert saving_guards.pace.counts == {doors.sitting: 3}


def test_an_old_cookie_counts_no_more(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doors.both(doors.request)
    monkeypatch.setitem(doors.app.config, "PERMANENT_SESSION_LIFETIME", dt.timedelta(seconds=-1))
    assert not doors.both(doors.request)


def test_a_token_in_another_place_is_not_taken_for_none(doors: Doors) -> None:
    saving_guards.fitting.known.clear()
    elsewhere = {"HTTP_X_CSRFTOKEN": None, "HTTP_X_CSRF_TOKEN": doors.token}
    assert asked(doors.quick, doors.request(**elsewhere))[0] == "200 OK"
    assert asked(doors.quick, doors.request(HTTP_X_CSRFTOKEN=None))[0] == "400 BAD REQUEST"
    assert asked(doors.quick, doors.request(HTTP_X_CSRFTOKEN=""))[0] == "400 BAD REQUEST"


def test_the_door_is_there_unless_it_is_left_out_or_does_not_know_the_house(settings: Settings) -> None:
    def made(**changes: Any) -> Flask:
        return create_app(Settings(**vars(settings) | changes), testing=True)

    assert isinstance(made().wsgi_app, QuickSaves)
    assert not isinstance(made(quick_saves=False).wsgi_app, QuickSaves)
    app = made(quick_saves=False)
    app.before_request(lambda: None)
    quick_save.open_quick_door(app)
    assert not isinstance(app.wsgi_app, QuickSaves), "with a hook that it does not know"
    db.dispose()
