"""The workflow `mail.adjustment`: the answer to somebody who asked for an adjustment."""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.patience import LONGEST
from webapp.services.adjustments.send_answer import send_answer


@DBOS.step(name="mail.adjustment.send", **LONGEST)
def post_answer(organisation_id: str, request_id: str) -> bool:
    with runtime.work_scope() as session:
        return send_answer(session, uuid.UUID(organisation_id), uuid.UUID(request_id), runtime.settings())


@DBOS.workflow(name="mail.adjustment", max_recovery_attempts=20)
def answer_request(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        post_answer(organisation_id, payload["request_id"])
