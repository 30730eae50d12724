"""The workflow `list.refresh`: whoever waits for a place on a long list gets one, and its people are counted."""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.errors import NotFound
from webapp.jobs import runtime
from webapp.jobs.training_job import temporary
from webapp.services.shortlist.bring_up import ask_for_long_lists, count_people, place_some


@DBOS.step(name="list.place", retries_allowed=True, max_attempts=6, should_retry=temporary)
def place(organisation_id: str, vacancy_id: str, model_version_id: str) -> int:
    """The next ones; a killed worker's batch is there as a whole or not at all."""
    with runtime.work_transaction() as session:
        return place_some(session, uuid.UUID(organisation_id), uuid.UUID(vacancy_id), uuid.UUID(model_version_id))


@DBOS.step(name="list.count", retries_allowed=True, max_attempts=6, should_retry=temporary)
def count(organisation_id: str, vacancy_id: str) -> None:
    with runtime.work_transaction() as session:
        count_people(session, uuid.UUID(organisation_id), uuid.UUID(vacancy_id))


@DBOS.workflow(name="list.refresh", max_recovery_attempts=20)
def refresh(organisation_id: str, payload: dict[str, str]) -> None:
    """Batch by batch, so that nobody who writes waits long."""
    with runtime.working():
        try:
            while place(organisation_id, payload["vacancy_id"], payload["model_version_id"]):
                pass
            count(organisation_id, payload["vacancy_id"])
        except NotFound:
            return


def look_after_lists() -> None:
    with runtime.work_transaction() as session:
        ask_for_long_lists(session)


WORKFLOWS = (refresh,)
