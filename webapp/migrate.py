"""Bring a database's tables to a revision, forwards or back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

FOLDER = Path(__file__).parent / "migrations"


def configuration(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    command.upgrade(configuration(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    command.downgrade(configuration(engine), revision)


def head() -> str | None:
    """The newest revision that this program knows."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def current(engine: Engine) -> str | None:
    """The revision that the database is at; None where it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
