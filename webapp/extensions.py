"""The extensions, made once and bound to the application in `create_app`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from webapp.turns import Turns

BUSY_MILLISECONDS = 15_000
# At most one for each thread of a web process, and one for the thread that writes answers. What was opened is kept:
# PostgreSQL starts a process for each. The one used last comes first, so that few are used when little is asked.
POOL = {"pool_size": 33, "max_overflow": 0, "pool_use_lifo": True}


def make_engine(url: str) -> Engine:
    """An engine whose SQLite is durable, checked and takes its write lock at the start of a write."""
    if not url.startswith("sqlite"):
        return create_engine(_plain_plans(url), pool_pre_ping=True, hide_parameters=True, **POOL)
    # What a statement was given are names and addresses: an error that is logged must not carry them.
    engine = create_engine(url, hide_parameters=True, **POOL)
    # Each row that is written by itself gives Python's lock away, and under load waits to have it back.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _plain_plans(url: str) -> URL:
    """PostgreSQL without compiled and parted plans: for a page's short queries making these takes longer than running
    them (14 ms for a count of 0.2 ms)."""
    address = make_url(url)
    own = address.query.get("options", "")
    wanted = ("-c jit=off -c max_parallel_workers_per_gather=0", *((own,) if isinstance(own, str) else own))
    return address.update_query_dict({"options": " ".join(wanted).strip()})


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_MILLISECONDS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A read lock that is upgraded later can fail at once; a write that says so first waits its turn.
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    if kind:
        connection.exec_driver_sql(f"BEGIN {kind}")


def without_transactions(engine: Engine) -> Engine:
    """The same connections for single statements that read: nothing is said before and after each."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(sqlite_begin="")
    return engine.execution_options(isolation_level="AUTOCOMMIT")


class Database:
    """Sessions: one for each request, command or job, opened when first asked for."""

    def __init__(self) -> None:
        self._current: ContextVar[Session | None] = ContextVar("makings_session", default=None)
        self._engine: Engine | None = None
        self._looking: Engine | None = None
        self._factory: sessionmaker[Session] | None = None
        self._turns = Turns()

    def bind(self, url: str) -> None:
        """Take this database from now on."""
        self.dispose()
        self._engine = make_engine(url)
        self._looking = without_transactions(self._engine)
        self._factory = sessionmaker(self._engine, expire_on_commit=False)

    def dispose(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = self._looking = None

    def init_app(self, app: Flask, url: str) -> None:
        self.bind(url)
        app.teardown_appcontext(lambda _error: self.close())

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("no database is bound: call create_app or db.bind first")
        return self._engine

    @property
    def looking(self) -> Engine:
        """For a single statement that reads."""
        if self._looking is None:
            raise RuntimeError("no database is bound: call create_app or db.bind first")
        return self._looking

    @property
    def session(self) -> Session:
        """The session of this request, command or job."""
        session = self._current.get()
        if session is None:
            if self._factory is None:
                raise RuntimeError("no database is bound: call create_app or db.bind first")
            session = self._factory()
            self._current.set(session)
        return session

    def close(self) -> None:
        session = self._current.get()
        if session is not None:
            session.close()
            self._current.set(None)

    @contextmanager
    def scope(self) -> Iterator[Session]:
        """A session for a command or a job, closed at the end."""
        outer = self._current.get()
        self._current.set(None)
        try:
            yield self.session
        finally:
            self.close()
            self._current.set(outer)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Write: all of it is committed at the end, or none of it."""
        session = self.session
        session.commit()
        with self.turn():
            session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def turn(self) -> Iterator[None]:
        """On SQLite, which has one writer, those of this process wait in a row.

        By itself it lets them look again now and then, and under load somebody always comes too late.
        """
        mine = self.engine.dialect.name == "sqlite" and self._turns.take(BUSY_MILLISECONDS / 1000)
        try:
            yield
        finally:
            if mine:
                self._turns.give_on()


class LimiterOfViews(Limiter):
    """Our limits stand at the views; the look before each request, for limits that we have nowhere, is left out."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


db = Database()
csrf = CSRFProtect()
babel = Babel()
login_manager = LoginManager()
limiter = LimiterOfViews(get_remote_address, storage_uri="memory://", strategy="moving-window")
