"""Work that is done some people at a time, each chunk a transaction of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from webapp.errors import DomainError
from webapp.jobs.training_job import ENDED
from webapp.services.job_progress import JobCancelled
from webapp.services.training_failure import refusal


def until_done(
    chunk: Callable[[uuid.UUID, uuid.UUID], bool], organisation_id: str, job_id: str
) -> dict[str, Any] | None:
    """Why it stopped; None where all of it is done."""
    try:
        while chunk(uuid.UUID(organisation_id), uuid.UUID(job_id)):
            pass
    except JobCancelled:
        return ENDED
    except DomainError as error:
        return refusal(error)
    return None
