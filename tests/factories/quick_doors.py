"""One site by two doors, its quick pages and Flask alone: the same requests to both, and what each of them does."""

from __future__ import annotations

import io
import random
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import flask_wtf.csrf
import itsdangerous
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.factories import people, sittings
from tests.factories.timing import SetClock
from tests.integration.test_candidate_formats import ALL_SIX, CASES
from webapp.candidate.quick_pages.door import QuickPages
from webapp.candidate.quick_save import QuickSaves
from webapp.extensions import db
from webapp.records import Answer, AnswerRevision, SittingClock, base
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


def walked_in(app: Flask, client: FlaskClient, session: Session, patch: pytest.MonkeyPatch) -> Doors:
    """Somebody who has begun a sitting with all six formats."""
    owner = people.organisation(session, contact_email="people@example.org")
    path = sittings.walk_in(client, sittings.invited(session, sittings.vacancy(session, owner, ALL_SIX)))
    return at(app, client, session, patch, path)


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


def all_open(doors: Doors, _drawn: random.Random | None = None) -> None:
    """Nothing is answered."""
    for table in TABLES:
        doors.session.execute(delete(table))
    doors.session.commit()
