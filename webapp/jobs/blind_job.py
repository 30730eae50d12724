"""The workflow `blind.codes`: new codes for a large vacancy, a few people at a time.

A run that was killed begins anew: a code that is drawn twice is as good as one that is drawn once.
"""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.training_job import temporary
from webapp.records import Vacancy
from webapp.services.blind.draw_codes import draw_some


@DBOS.step(name="blind.codes", retries_allowed=True, max_attempts=6, should_retry=temporary)
def draw_all(organisation_id: str, vacancy_id: str) -> None:
    after: uuid.UUID | None = None
    while True:
        with runtime.work_transaction() as session:
            vacancy = session.get_one(Vacancy, (uuid.UUID(organisation_id), uuid.UUID(vacancy_id)))
            after = draw_some(session, vacancy, after)
        if after is None:
            return


@DBOS.workflow(name="blind.codes", max_recovery_attempts=20)
def codes(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        draw_all(organisation_id, payload["vacancy_id"])
