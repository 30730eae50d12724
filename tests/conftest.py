"""Fixtures that every test may use; unit tests never reach a database."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Before numpy is imported anywhere: two test workers on two cores must not fight over threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("DBOS_CONDUCTOR_URL", "")

if "XDG_RUNTIME_DIR" not in os.environ:
    # The embedded PostgreSQL keeps its socket there and warns where there is no such folder.
    runtime = Path(tempfile.gettempdir()) / f"makings-tests-{os.getuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)

pytest_plugins = ["tests.databases", "tests.post_office", "tests.site"]

# Whoever looks for new counterexamples says so; the proof of a commit tries the same ones each time, however slow
# the machine is at that moment.
SLOW = [HealthCheck.too_slow]
settings.register_profile("the same each time", derandomize=True, deadline=None, suppress_health_check=SLOW)
settings.register_profile("new ones", deadline=None, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("MAKINGS_EXAMPLES", "the same each time"))

# Each of these folders has running sites that its tests share: what runs on two workers starts them twice.
TOGETHER = ("tests/journeys/", "tests/faults/")
# A file of these shares what took long to compute, a trained model for one.
BY_FILE = "tests/unit/"
DAY, LAST_SECONDS = 24 * 60 * 60, 15


def unit_of_work(nodeid: str) -> str:
    """What goes to one worker together with this test."""
    if nodeid.startswith(BY_FILE):
        return nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each such folder or file to one worker, the largest first, and every other test to whoever is free.

    The mark `xdist_group` would say so, but pytest 9.2 and xdist 3.8 pass over it in silence (pytest-xdist issue 1386).
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler.loadgroup import LoadGroupScheduling

    class ByFolder(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit_of_work(nodeid)

    return ByFolder(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Days are counted in UTC: no test begins in the last seconds of one and ends in the next."""
    left = DAY - time.time() % DAY
    if left < LAST_SECONDS:
        time.sleep(left)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported by now stays to the end: nobody looks through it for garbage again and again."""
    gc.collect()
    gc.freeze()
