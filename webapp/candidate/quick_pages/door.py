"""The WSGI application before Flask's that takes the usual answer by a form and gives the page with the next question.

It decides nothing by itself (as `quick_save`, decision 0052): the cookie, the token, the reading of the answer, the
writer, the page and the headers are Flask's and the views' own. What is not usual goes on to Flask before anything has
happened, and so does what the writer refused; what broke while it was saved goes on with that, and is not tried again.
`MAKINGS_QUICK_PAGES=0` leaves it out.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.utils import redirect

from webapp.assets import SMALLEST_BYTES, gzipped
from webapp.candidate.presenting import SavedLine
from webapp.candidate.quick_pages.forms import KIND, check_referrer, fields_in, given_in, next_page
from webapp.candidate.quick_pages.moulds import Moulds
from webapp.candidate.quick_pages.shape import shape_of
from webapp.candidate.quick_save import Holder, Holders, Unusual, body_of, is_as_known
from webapp.candidate.saving_guards import TRIED, new_token, token_fits
from webapp.errors import DomainError
from webapp.extensions import db
from webapp.security import headers_of_everything, policy
from webapp.services.acknowledge import answer_code
from webapp.services.save_answer import Acknowledged, NotSaved, save_durably
from webapp.services.saving.given import GivenAnswer, Outcome
from webapp.services.saving.glance import Course, Glance, glance_at, read_course
from webapp.sessions import KeptSigner

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ADDRESS = re.compile(r"/sitting/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/question/([1-9][0-9]{0,3})")
PLACE = b"/place"
THERE: bytes = redirect(PLACE.decode()).get_data()
Reply = tuple[str, list[tuple[str, str]], bytes]


def open_quick_pages(app: Flask) -> None:
    """Put the door before this application, where everything there is as the door knows it."""
    token_as_known = app.config["WTF_CSRF_TIME_LIMIT"] is None and "WTF_CSRF_SECRET_KEY" not in app.config
    if is_as_known(app) and token_as_known:
        app.wsgi_app = QuickPages(app, app.session_interface)  # type: ignore[method-assign, arg-type]


class QuickPages:
    """A WSGI application before the one of Flask."""

    def __init__(self, app: Flask, sessions: KeptSigner) -> None:
        self.flask, self.holders, self.moulds = app.wsgi_app, Holders(app, sessions), Moulds(app)
        settings = app.config["SETTINGS"]
        self.secret: str = settings.secret_key
        self.headers = [("Cache-Control", "no-store"), *headers_of_everything(settings.secure_cookies).items()]
        # What raises is not kept; what is kept never changes.
        self.course = lru_cache(maxsize=10_000)(self._course)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = ADDRESS.fullmatch(environ["PATH_INFO"])
        reply = found and self.usual(environ, found[1], int(found[2]))
        if not reply:
            return self.flask(environ, start_response)
        status, headers, body = reply
        start_response(status, [*headers, ("Content-Length", str(len(body))), *self.headers])
        return [body]

    def usual(self, environ: WSGIEnvironment, sitting: str, number: int) -> Reply | None:
        """The reply, or none where Flask is to look at it."""
        take = {"GET": self.asked, "POST": self.sent}.get(environ["REQUEST_METHOD"])
        try:
            return take(environ, self.holders.find(environ, sitting), number) if take else None
        except Exception:
            return None

    def _course(self, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> Course:
        with db.scope() as session:
            return read_course(session, organisation_id, sitting_id)

    # --- the page with a question

    def asked(self, environ: WSGIEnvironment, holder: Holder, number: int) -> Reply:
        course = self.course(holder.organisation_id, holder.sitting_id)
        if number > len(course.items):
            raise Unusual
        seen = glance_at(db.looking, holder.organisation_id, holder.sitting_id, course, number)
        if seen.state != "started" or seen.timed or seen.begun or not seen.language:
            raise Unusual
        nonce = secrets.token_urlsafe(16)
        page = self.moulds.of(shape_of(course, number, seen)).filled(self.own(holder, nonce, seen, course), course.seed)
        return self.page(environ, nonce, page)

    def own(self, holder: Holder, nonce: str, seen: Glance, course: Course) -> list[str]:
        """What is this person's alone, in the order of `Holes.words`."""
        always = [str(holder.sitting_id), nonce, new_token(self.secret, holder.csrf_token)]
        if seen.item_id is None:
            return [*always, "", "", "", ""]
        saved = seen.saved
        code = answer_code(self.secret, holder.sitting_id, seen.item_id, saved.revision, saved.value)
        line = SavedLine(course.paper.numbers[seen.item_id], saved, code)
        return [*always, line.at, line.time, code, str(saved.revision)]

    def page(self, environ: WSGIEnvironment, nonce: str, page: bytes) -> Reply:
        packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") and len(page) >= SMALLEST_BYTES
        encoding = [("Content-Encoding", "gzip")] if packed else []
        headers = html_headers(policy(f"script-src 'nonce-{nonce}'; "))
        return "200 OK", headers + encoding, gzipped(page) if packed else page

    # --- the form of a question

    def sent(self, environ: WSGIEnvironment, holder: Holder, number: int) -> Reply:
        course, sent = self.course(holder.organisation_id, holder.sitting_id), fields_in(body_of(environ, KIND))
        check_referrer(environ)
        if not token_fits(self.secret, holder.csrf_token, sent["csrf_token"]):
            raise Unusual
        given = given_in(sent, course, number)
        environ[TRIED] = tried = self.tried(holder, given)
        if not isinstance(tried, Acknowledged):
            raise Unusual
        return see(f"/sitting/{holder.sitting_id}/{next_page(sent, number, len(course.items))}")

    def tried(self, holder: Holder, given: GivenAnswer) -> Outcome | None:
        """What became of it; None where it was refused: nothing has changed then, and Flask finds out why."""
        try:
            return save_durably(holder.organisation_id, holder.sitting_id, given)
        except NotSaved as unknown:
            return unknown
        except DomainError:
            return None
        except Exception as broken:
            return broken


def see(address: str) -> Reply:
    return "302 FOUND", [("Location", address), *html_headers(policy())], THERE.replace(PLACE, address.encode())


def html_headers(allowed: str) -> list[tuple[str, str]]:
    return [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Vary", "Accept-Encoding, Cookie"),
        ("Content-Security-Policy", allowed),
    ]
