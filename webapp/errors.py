"""What can go wrong for a person, raised low and turned into a page once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

LOST_DATABASE = (OperationalError, InterfaceError, PoolTimeoutError)
_SQLITE_LOST = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_ABORT,  # cut off by the rollback that a full disk makes
}


def is_lost(error: BaseException) -> bool:
    """Whether the database is locked, full, gone or busy: nothing is wrong with what was asked, and it may come back.

    SQLite says by the same class that a statement is wrong; its codes tell the two apart.
    """
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return isinstance(error, LOST_DATABASE) and (code is None or code & 0xFF in _SQLITE_LOST)


class DomainError(Exception):
    """An error with a sentence for the person who meets it."""

    status = 400

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class Invalid(DomainError):
    """What was given cannot be taken; `messages` say what, where and how to mend it."""

    status = 400

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("\n".join(str(message) for message in messages))
        self.messages = list(messages)


class Refused(DomainError):
    """Known, but not allowed."""

    status = 403


class NotFound(DomainError):
    """Not here, or not yours: the two are never told apart."""

    status = 404


class Conflict(DomainError):
    """Somebody, or another tab, was here first."""

    status = 409


class Gone(DomainError):
    """It was here and has ended."""

    status = 410


class Unavailable(DomainError):
    """Not now; nothing was lost."""

    status = 503


TITLES = {
    400: _l("That did not work"),
    403: _l("You may not do this"),
    404: _l("This page is not here"),
    405: _l("That did not work"),
    409: _l("Something changed meanwhile"),
    410: _l("This link has ended"),
    413: _l("That file is too large"),
    429: _l("Too many tries"),
    500: _l("Something broke on our side"),
    503: _l("We cannot do this just now"),
}
SENTENCES = {
    400: _l("What was sent could not be understood. Nothing was changed. Go back and try again."),
    403: _l("Your sign-in does not allow this. Ask your administrator if you need it."),
    404: _l("The address may be mistyped, or it may have moved. Nothing was lost."),
    405: _l("What was sent could not be understood. Nothing was changed. Go back and try again."),
    409: _l("Look at what is there now, then try again."),
    410: _l("Ask the people who sent it for a new one."),
    413: _l("Send a smaller file. Nothing was changed."),
    429: _l("Wait a minute, then try again."),
    500: _l("What was already saved is safe. Try again in a moment."),
    503: _l("Nothing that was saved is lost. Try again in a moment."),
}


REFUSED_FORM = (400, 409)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
LONG_WORDS = ("text", "tie_reason")
"""Fields in which people write at length; none of them holds a secret."""


def error_page(status: int, message: str = "", messages: Sequence[str] = ()) -> tuple[str, int]:
    """The one page that every error becomes."""
    code = status if status in TITLES else 400 if status < 500 else 500
    page = render_template(
        "errors/error.html",
        status=status,
        title=TITLES[code],
        message=message or SENTENCES[code],
        messages=messages,
        typed=typed(status),
    )
    return page, status


def typed(status: int) -> list[str]:
    """The long words of the form that was refused, to be copied: nobody should write them again."""
    if request.method != "POST" or status not in REFUSED_FORM or request.mimetype not in FORMS:
        return []
    # Another site may send a form in somebody's name: nothing of it is shown as theirs.
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    try:
        return [words for name in LONG_WORDS for words in request.form.getlist(name) if words.strip()]
    except HTTPException:
        # A form that broke off on its way cannot be read, and that may be why it was refused.
        return []


def handle_domain(error: DomainError) -> ResponseReturnValue:
    messages = error.messages if isinstance(error, Invalid) else ()
    return error_page(error.status, "" if messages else error.message, messages)


def handle_csrf(error: CSRFError) -> ResponseReturnValue:
    return error_page(
        400,
        _("This page was open too long, or cookies are off. Nothing was sent. Go back, reload and try again."),
    )


def handle_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error
    return error_page(error.code or 500)


def handle_lost_database(error: Exception) -> ResponseReturnValue:
    if not is_lost(error):
        raise error
    current_app.logger.error("the database is not to be had: %s [%s]: %s", request.url_rule, request.method, error)
    # Nobody is asked for who they are: that would take the database.
    g._login_user = AnonymousUserMixin()
    page, status = error_page(503)
    return page, status, {"Retry-After": "5"}


def register(app: Flask) -> None:
    """Hang the handlers up."""
    for lost in LOST_DATABASE:
        app.register_error_handler(lost, handle_lost_database)
    app.register_error_handler(DomainError, handle_domain)
    app.register_error_handler(CSRFError, handle_csrf)
    app.register_error_handler(HTTPException, handle_http)
