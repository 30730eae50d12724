"""The quick door: the usual save, answered before Flask begins.

What a save costs in Flask is a request, its hooks and its response, spread over a hundred small things
(docs/sitting.md). This door does the same with the same functions: the cookie is opened by the site's own sessions,
`security` tells who holds the sitting, `saving_guards` knows the token and keeps the pace, `saving_forms` reads the
answer, the one writer takes or refuses it, and `saving_views` says what is acknowledged. It decides nothing by itself:
what is not usual goes on to Flask before anything has happened, and what the writer refused goes on with its refusal,
so that every other reply is Flask's. Decision 0042; `MAKINGS_QUICK_SAVES=0` leaves it out.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.http import parse_cookie

from webapp.assets import SMALLEST_BYTES
from webapp.candidate.saving_forms import LONGEST_BODY, given_in
from webapp.candidate.saving_guards import TRIED, count_one, fitting
from webapp.candidate.saving_views import acknowledgement
from webapp.security import headers_of_data, organisation_in
from webapp.services.save_answer import Acknowledged, GivenAnswer, save_durably
from webapp.services.saving.given import Outcome
from webapp.sessions import KeptSigner

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ADDRESS = re.compile(r"/sitting/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/answers")
IN_A_COOKIE = {"csrf_token", "_permanent", "sittings", "people", "language"}
"""What a candidate's cookie holds; with more in it, somebody signed in or rates here too."""
NOT_USUAL = ("QUERY_STRING", "SCRIPT_NAME", "HTTP_UPGRADE", "HTTP_TRANSFER_ENCODING", "werkzeug.debug.preserve_context")
HOOKS = {
    "csrf_protect",  # flask_wtf: the saving blueprint is exempt, and checks tokens by itself
    "_check_request_limit",  # flask_limiter: no limit of its own stands here
    "take_language_from_address",  # only with a query
    "refuse_nul",  # only with a query or a form
    "check_token",
    "check_pace",
    "__inject_headers",  # flask_limiter: none without a limit
    "_update_remember_cookie",  # flask_login: nobody is signed in here
    "secure_headers",
    "compress",  # a short reply only says that it could
    "__release_context",
}
"""What Flask does around a save. With any other there, the door stays shut until it is looked at here."""


@dataclass(frozen=True)
class Holder:
    """Who holds a sitting, by a cookie that was signed then."""

    organisation_id: uuid.UUID
    sitting_id: uuid.UUID
    csrf_token: str
    signed_at: float


class Unusual(Exception):
    """Something for Flask."""


def open_quick_door(app: Flask) -> None:
    """Put the door before this application, where everything there is as the door knows it."""
    if is_as_known(app):
        app.wsgi_app = QuickSaves(app, app.session_interface)  # type: ignore[method-assign, arg-type]


def is_as_known(app: Flask) -> bool:
    plain = not (app.debug or app.config["SESSION_REFRESH_EACH_REQUEST"] or app.config["TRUSTED_HOSTS"])
    own = isinstance(app.session_interface, KeptSigner) and type(app.json) is DefaultJSONProvider
    return plain and own and hooks_of(app) <= HOOKS


def hooks_of(app: Flask) -> set[str]:
    kinds: tuple[Any, ...] = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.url_value_preprocessors,
    )
    scopes = (None, "candidate", "candidate.saving")
    return {name_of(hook) for kind in kinds for scope in scopes for hook in kind.get(scope, ())}


def name_of(hook: Any) -> str:
    return str(getattr(getattr(hook, "func", hook), "__name__", hook))


def body_of(environ: WSGIEnvironment, kind: str) -> bytes:
    """What was sent, as this type and not too much of it; it is still there for Flask then."""
    length = environ["CONTENT_LENGTH"]
    if environ["CONTENT_TYPE"] != kind or not (length.isascii() and length.isdigit() and int(length) <= LONGEST_BODY):
        raise Unusual
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    if len(body) != int(length):
        raise Unusual
    return body


class Holders:
    """Browsers that hold sittings, by their cookies."""

    def __init__(self, app: Flask, sessions: KeptSigner) -> None:
        self.app, self.sessions = app, sessions
        # What raises is not kept. The same two texts are the same holder for good, until the cookie is too old.
        self.known = lru_cache(maxsize=10_000)(self._find)

    def find(self, environ: WSGIEnvironment, sitting: str) -> Holder:
        """Who asks; raises where Flask is to look at it."""
        if any(map(environ.get, NOT_USUAL)):
            raise Unusual
        holder = self.known(environ["HTTP_COOKIE"], sitting)
        if not self.sessions.lasts(self.app, holder.signed_at):
            raise Unusual
        return holder

    def _find(self, cookies: str, sitting: str) -> Holder:
        signer = self.sessions.get_signing_serializer(self.app)
        cookie = parse_cookie(cookies).get(self.sessions.get_cookie_name(self.app))
        if not (signer and cookie and cookies.isascii()):
            raise Unusual
        said, signed_at = self.sessions.opened(signer, cookie)
        session, sitting_id = self.sessions.read(said), uuid.UUID(sitting)
        organisation_id = organisation_in(session, sitting_id)
        if organisation_id is None or not IN_A_COOKIE.issuperset(session):
            raise Unusual
        return Holder(organisation_id, sitting_id, session["csrf_token"], signed_at)


class QuickSaves:
    """A WSGI application before the one of Flask."""

    def __init__(self, app: Flask, sessions: KeptSigner) -> None:
        self.app, self.flask, self.holders = app, app.wsgi_app, Holders(app, sessions)
        settings = app.config["SETTINGS"]
        self.secret: str = settings.secret_key
        self.headers = [*headers_of_data(settings.secure_cookies).items()]
        # As Flask's own writes it.
        self.encode = JSONEncoder(
            ensure_ascii=app.json.ensure_ascii,  # type: ignore[attr-defined]
            sort_keys=app.json.sort_keys,  # type: ignore[attr-defined]
            separators=(",", ":"),
        ).encode

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and (found := ADDRESS.fullmatch(environ["PATH_INFO"])):
            try:
                holder, given = self.usual(environ, found[1])
            except Exception:
                return self.flask(environ, start_response)
            outcome = environ[TRIED] = self.outcome(holder, given)
            if isinstance(outcome, Acknowledged):
                return self.reply(holder, given, outcome, start_response)
        return self.flask(environ, start_response)

    def usual(self, environ: WSGIEnvironment, sitting: str) -> tuple[Holder, GivenAnswer]:
        """Who sent what; raises where Flask is to look at it. Its body is still there for it then."""
        holder = self.holders.find(environ, sitting)
        if not fitting.has(self.secret, holder.csrf_token, environ["HTTP_X_CSRFTOKEN"]):
            raise Unusual
        return holder, given_in(body_of(environ, "application/json"))

    def outcome(self, holder: Holder, given: GivenAnswer) -> Outcome:
        """What became of the save. From here on it is tried, and not to be tried again."""
        try:
            count_one(self.app.config, str(holder.sitting_id))
            return save_durably(holder.organisation_id, holder.sitting_id, given)
        except Exception as refusal:
            return refusal

    def reply(
        self, holder: Holder, given: GivenAnswer, done: Acknowledged, start_response: StartResponse
    ) -> Iterable[bytes]:
        told = acknowledgement(self.secret, holder.sitting_id, given.item_id, done)
        body = f"{self.encode(told)}\n".encode()
        assert len(body) < SMALLEST_BYTES
        length = ("Content-Length", str(len(body)))
        vary = ("Vary", "Accept-Encoding, Cookie")
        start_response("200 OK", [("Content-Type", "application/json"), length, vary, *self.headers])
        return [body]
