"""What a step of background work needs around it: the site, a session, the present settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.extensions import db

log = logging.getLogger(__name__)
Outcome = dict[str, Any]
_app: Flask | None = None
_busy = 0
_lock = threading.Lock()
stopping = threading.Event()


@contextmanager
def working() -> Iterator[None]:
    """Count this workflow as running, so that a stopping worker knows whether anything is under way."""
    global _busy
    with _lock:
        _busy += 1
    try:
        yield
    finally:
        with _lock:
            _busy -= 1


def busy() -> bool:
    return _busy > 0


def enter(app: Flask) -> None:
    """Do all further work in this application."""
    global _app
    _app = app
    stopping.clear()


def app() -> Flask:
    if _app is None:
        raise RuntimeError("background work needs the worker's application: call enter first")
    return _app


def settings() -> Settings:
    found: Settings = app().config["SETTINGS"]
    return found


def or_broken(run: Callable[[], Outcome | None], what: str, job_id: str) -> Outcome | None:
    """Why a run failed, or None; what nobody foresaw goes to the log, and is "broken" on the page.

    While the worker stops, whatever is raised goes on: the run is taken up again by another.
    """
    try:
        return run()
    except Exception:
        if stopping.is_set():
            raise
        log.exception("%s %s broke", what, job_id)
        return {"reason": "broken"}


@contextmanager
def work_scope() -> Iterator[Session]:
    """The surroundings of a request, without one: addresses, languages and a session of its own."""
    with app().test_request_context("/", base_url=settings().base_url), db.scope() as session:
        yield session


@contextmanager
def work_transaction() -> Iterator[Session]:
    """One transaction in such surroundings."""
    with work_scope(), db.transaction() as session:
        yield session


@contextmanager
def work_reading() -> Iterator[Session]:
    """One moment's data, read for as long as it takes while others write; what was added is written at the end."""
    with work_scope() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        with session.no_autoflush:
            yield session
            added = list(session.new)
            session.expunge_all()
            session.rollback()
        if added:
            with db.transaction():
                session.add_all(added)
