"""Real worker processes for tests: started, watched, killed by their own id."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests import pausing_worker
from webapp.config import Settings

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 180.0


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "MAKINGS_INSTANCE": str(settings.instance),
        "MAKINGS_DATABASE_URL": settings.database_url,
        "MAKINGS_JOBS_DATABASE_URL": settings.jobs_database_url,
        "PYTHONPATH": str(ROOT),
    }


# Most of a worker's start are imports. These are made once, in a process that is copied for each worker.
COPIES = multiprocessing.get_context("forkserver")
COPIES.set_forkserver_preload(["tests.pausing_worker"])


@contextmanager
def started_worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as people start it, ended with the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp", "worker"], env=environment(settings), cwd=ROOT, stdin=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


@contextmanager
def worker(settings: Settings, moment: str = "", mark: Path | None = None) -> Iterator[BaseProcess]:
    """A worker process, ended with the test; a `moment` makes it a pausing one."""
    process = COPIES.Process(target=pausing_worker.work, args=(settings, moment, mark))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(60)


def kill(process: BaseProcess) -> None:
    """kill -9"""
    process.kill()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL


def wait_for(happened: Callable[[], bool], alive: Callable[[], bool] = lambda: True) -> None:
    """Wait until it happened; fails when who is to do it died before, or patience ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert alive(), "the worker died"
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
