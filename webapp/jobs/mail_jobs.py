"""The workflows `mail.invitation` and `mail.receipt`: sent again and again until the post office takes them."""

from __future__ import annotations

import uuid
from typing import Any

from dbos import DBOS

from webapp.errors import DomainError
from webapp.jobs import runtime
from webapp.services.send_mail import send_invitation, send_receipt


def worth_another_try(error: BaseException) -> bool:
    """The post office may be back in a minute; what was withdrawn or erased stays so."""
    return not isinstance(error, DomainError)


# Twelve tries, from two seconds apart to over half an hour.
PATIENCE: dict[str, Any] = {
    "retries_allowed": True,
    "max_attempts": 12,
    "interval_seconds": 2.0,
    "backoff_rate": 2.0,
    "should_retry": worth_another_try,
}


@DBOS.step(name="mail.invitation.send", **PATIENCE)
def post_invitation(organisation_id: str, invitation_id: str) -> None:
    with runtime.work_scope() as session:
        send_invitation(session, uuid.UUID(organisation_id), uuid.UUID(invitation_id), runtime.settings())


@DBOS.step(name="mail.receipt.send", **PATIENCE)
def post_receipt(organisation_id: str, sitting_id: str) -> None:
    with runtime.work_scope() as session:
        send_receipt(session, uuid.UUID(organisation_id), uuid.UUID(sitting_id), runtime.settings())


@DBOS.workflow(name="mail.invitation", max_recovery_attempts=20)
def invite(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        post_invitation(organisation_id, payload["invitation_id"])


@DBOS.workflow(name="mail.receipt", max_recovery_attempts=20)
def acknowledge(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        post_receipt(organisation_id, payload["sitting_id"])
