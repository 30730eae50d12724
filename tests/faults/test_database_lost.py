"""The database goes away under load and comes back: 503 meanwhile, no false acknowledgement, and on it goes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.real_site import RealSite
from tests.faults.sites import Cluster, MakeSite
from tests.faults.visitors import VALUES, Visitor, under_load
from webapp.extensions import BUSY_MILLISECONDS

# One of the processes that test side by side has the site: it is started once.

SHORT = 700


@contextmanager
def locked(site: RealSite) -> Iterator[None]:
    """Another process, this one, holds the write lock of the file."""
    connection = sqlite3.connect(site.engine.url.database or "", isolation_level=None, timeout=30)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def refused_kindly(probe: Visitor) -> None:
    """What cannot be saved now is answered with 503, when to come back, and nothing else."""
    door = probe.door
    for probe.door in ("json", "form"):
        reply = probe.send(probe.items[0], VALUES[3], 0)
        assert reply.status == 503, (reply.status, reply.text[:2000])
    probe.door = door
    assert probe.acknowledged == []


@pytest.mark.parametrize(
    "milliseconds", [SHORT, pytest.param(BUSY_MILLISECONDS, marks=pytest.mark.faults)], ids=["short", "as in a company"]
)
def test_the_file_is_locked_for_longer_than_anybody_waits(site: RealSite, milliseconds: int) -> None:
    visitors, probe = site.crowd(4), site.visitor()
    with site.steered("busy", milliseconds), under_load(visitors) as crowd:
        crowd.wait_for(8)
        with locked(site):
            refused_kindly(probe)
            time.sleep(milliseconds / 1000)
        crowd.wait_for(12)
    probe.persist(probe.items[0], VALUES[3])
    site.all_there(f"file locked by another process, {milliseconds} ms of patience", [*visitors, probe])


@pytest.mark.faults
@pytest.mark.parametrize("site", ["postgres"], indirect=True)
def test_the_database_is_killed_and_started_again(site: RealSite, cluster: Cluster) -> None:
    visitors, probe = site.crowd(6), site.visitor()
    with under_load(visitors) as crowd:
        for _time in range(3):
            crowd.wait_for(25)
            cluster.kill()
            refused_kindly(probe)
            cluster.start_again()
            crowd.wait_for(15)
    assert crowd.heard[503] > 0
    assert crowd.heard[500] == 0
    probe.persist(probe.items[0], VALUES[3])
    site.all_there("database killed with -9 three times under load", [*visitors, probe])


@pytest.mark.faults
def test_the_count_sees_a_failed_commit_that_was_acknowledged(make_site: MakeSite) -> None:
    site = make_site("sqlite", sabotage="failed")
    visitor = site.visitor()
    with site.steered("pages", 1):
        for value in VALUES[:8]:
            for item in visitor.items:
                visitor.send(item, value, visitor.revisions[item])
    assert site.count([visitor]).faults.get("lost", 0) > 0
    site.close()
