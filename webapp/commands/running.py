"""What every command about the site needs: settings, tables, a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from webapp import create_app, migrate
from webapp.config import Settings, read_settings
from webapp.extensions import db, make_engine


def keep_private() -> None:
    """What this process writes (databases, their logs, mails, training data) is for its owner alone."""
    os.umask(0o077)


def prepare(settings: Settings) -> None:
    """Bring the tables to the newest revision."""
    keep_private()
    engine = make_engine(settings.database_url)
    try:
        if migrate.current(engine) != migrate.head():
            migrate.upgrade(engine)
    finally:
        engine.dispose()


def require_tables(settings: Settings) -> None:
    """Refuse to work on tables of another revision."""
    keep_private()
    engine = make_engine(settings.database_url)
    try:
        found = migrate.current(engine)
    finally:
        engine.dispose()
    if found != migrate.head():
        raise click.ClickException(
            f"The database is at revision {found or 'none'}, this program needs {migrate.head()}. Run: makings init"
        )


@contextmanager
def site_scope(settings: Settings | None = None) -> Iterator[Session]:
    """A transaction of the site outside a request."""
    settings = settings or read_settings()
    require_tables(settings)
    app = create_app(settings)
    with app.test_request_context("/", headers={"Accept-Language": "en"}), db.scope(), db.transaction() as session:
        yield session
