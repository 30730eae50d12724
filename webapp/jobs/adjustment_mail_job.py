"""The workflow `mail.adjustment`: the answer to somebody who asked for an adjustment."""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.services.adjustments.send_answer import send_answer


def worth_another_try(error: BaseException) -> bool:
    """The mail server may be back in a while; what was erased stays so."""
    return not isinstance(error, DomainError)


# Twelve tries, from five seconds apart to nearly three hours.
@DBOS.step(
    name="mail.adjustment.send",
    retries_allowed=True,
    max_attempts=12,
    interval_seconds=5.0,
    backoff_rate=2.0,
    should_retry=worth_another_try,
)
def post_answer(organisation_id: str, request_id: str) -> bool:
    with runtime.work_scope() as session:
        return send_answer(session, uuid.UUID(organisation_id), uuid.UUID(request_id), runtime.settings())


@DBOS.workflow(name="mail.adjustment", max_recovery_attempts=20)
def answer_request(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        post_answer(organisation_id, payload["request_id"])
