"""No room on the disk: 503 and never a false acknowledgement; once there is room again it goes on by itself."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.databases import execute
from tests.faults.real_site import RealSite, wait_until
from tests.faults.sites import Cluster, MakeSite
from tests.faults.visitors import under_load

# One of the processes that test side by side has the site: it is started once.

SIZES = {"sqlite": "12m", "postgres": "64m"}


def test_no_page_is_left(site: RealSite) -> None:
    """As on a full disk; works wherever these tests run."""
    visitors = site.crowd(6)
    with under_load(visitors) as crowd:
        crowd.wait_for(8)
        with site.engine.connect() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        with site.steered("pages", pages):
            wait_until(lambda: crowd.heard[503] > 4)
        crowd.wait_for(20)
    assert crowd.heard[500] == 0
    site.all_there("no page left in the file (max_page_count)", visitors)


@pytest.fixture
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of a few megabytes, where this machine allows that."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZES[request.node.callspec.params['kind']]}", "faults"]
    if os.geteuid() != 0 or subprocess.run([*command, str(folder)], check=False, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only; `test_no_page_is_left` runs everywhere")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def address_on(disk: Path, kind: str, request: pytest.FixtureRequest) -> str:
    """An empty database whose files are on this disk."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), disk / "makings.sqlite")
        return f"sqlite:///{disk / 'makings.sqlite'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    if cluster.server.system_user:
        os.chown(disk, pwd.getpwnam(cluster.server.system_user).pw_uid, -1)
        for above in disk.parents:
            if above.stat().st_uid == os.geteuid() and above != Path("/"):
                above.chmod(above.stat().st_mode | 0o011)
    name = f"disk_{uuid.uuid4().hex}"
    execute(cluster.server, f"CREATE TABLESPACE {name} LOCATION '{disk}'")
    return cluster.database(f"TABLESPACE {name}")


def fill(disk: Path) -> Path:
    """Something else takes all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 512):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue
    return ballast


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_disk_is_full(kind: str, small_disk: Path, make_site: MakeSite, request: pytest.FixtureRequest) -> None:
    site = make_site(kind, address_on(small_disk, kind, request))
    visitors = site.crowd(6)
    with under_load(visitors) as crowd:
        for _time in range(2):
            crowd.wait_for(20)
            ballast, before = fill(small_disk), crowd.heard[503]
            wait_until(lambda: crowd.heard[503] > before + 8)  # noqa: B023
            ballast.unlink()
            crowd.wait_for(20)
    assert crowd.heard[500] == 0
    site.all_there("disk full twice (small tmpfs)", visitors)
    site.close()
