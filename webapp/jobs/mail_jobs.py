"""The workflows `mail.*`: one try each. What a server puts off is handed out again when its time has come."""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.patience import SHORT
from webapp.services.send_mail import send_invitation, send_mail, send_receipt

Payload = dict[str, str]


@DBOS.step(name="mail.send", **SHORT)
def post(organisation_id: str, payload: Payload) -> str:
    """Send what this outbox row names: a mail, or the first mail about an invitation or a sitting."""
    owner, settings = uuid.UUID(organisation_id), runtime.settings()
    with runtime.work_scope() as session:
        if "mail_id" in payload:
            return send_mail(session, owner, uuid.UUID(payload["mail_id"]), settings)
        if "invitation_id" in payload:
            return send_invitation(session, owner, uuid.UUID(payload["invitation_id"]), settings)
        return send_receipt(session, owner, uuid.UUID(payload["sitting_id"]), settings)


@DBOS.workflow(name="mail.invitation", max_recovery_attempts=20)
def invite(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post(organisation_id, payload)


@DBOS.workflow(name="mail.reminder", max_recovery_attempts=20)
def remind(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post(organisation_id, payload)


@DBOS.workflow(name="mail.new_link", max_recovery_attempts=20)
def give_new_link(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post(organisation_id, payload)


@DBOS.workflow(name="mail.receipt", max_recovery_attempts=20)
def acknowledge(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post(organisation_id, payload)


@DBOS.workflow(name="mail.confirmation", max_recovery_attempts=20)
def announce_confirmation(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post(organisation_id, payload)


@DBOS.workflow(name="mail.message", max_recovery_attempts=20)
def tell(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post(organisation_id, payload)


WORKFLOWS = (invite, remind, give_new_link, acknowledge, announce_confirmation, tell)
