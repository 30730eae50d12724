"""Real worker processes for tests: started, watched, killed by their own id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

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


@contextmanager
def worker(settings: Settings, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process, ended with the test; `arguments` make it a pausing one."""
    command = [sys.executable, "-m", *(("tests.pausing_worker", *arguments) if arguments else ("webapp", "worker"))]
    process = subprocess.Popen(command, env=environment(settings), cwd=ROOT)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until it happened; fails when the process died before, or patience ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert process is None or process.poll() is None, "the worker died"
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
