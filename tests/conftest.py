"""Fixtures that every test may use; unit tests never reach a database."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before numpy is imported anywhere: two test workers on two cores must not fight over threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("DBOS_CONDUCTOR_URL", "")

if "XDG_RUNTIME_DIR" not in os.environ:
    # The embedded PostgreSQL keeps its socket there and warns where there is no such folder.
    runtime = Path(tempfile.gettempdir()) / f"makings-tests-{os.getuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)

pytest_plugins = ["tests.databases", "tests.site"]
