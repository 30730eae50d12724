"""Clear the folders of runs that are over: a run clears its own, unless its queue was lost with it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from sqlalchemy.orm import Session

from webapp.services.job_progress import open_jobs

LEFT_ALONE_SECONDS = 3600.0
"""A run that was cancelled a moment ago may still be writing."""


def clear_folders(session: Session, jobs: Path) -> int:
    """Delete the folders of which no open run is and into which nobody has written for an hour; how many."""
    if not jobs.is_dir():
        return 0
    under_way = {str(job.id) for job in open_jobs(session)}
    left = [each for each in jobs.iterdir() if each.name not in under_way and _untouched(each)]
    for each in left:
        shutil.rmtree(each, ignore_errors=True)
    return len(left)


def _untouched(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime > LEFT_ALONE_SECONDS
    except FileNotFoundError:
        return False
