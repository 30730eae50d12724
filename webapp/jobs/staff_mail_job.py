"""The workflows that bring the staff their links to the questionnaire, and remind of them."""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.patience import LONG
from webapp.jobs.rating_jobs import Payload
from webapp.services.staff_sittings.staff_mail import send_staff_mail


@DBOS.step(name="mail.staff.send", **LONG)
def post_staff_link(organisation_id: str, invitation_id: str, reminder: bool) -> bool:
    with runtime.work_scope() as session:
        owner, invitation = uuid.UUID(organisation_id), uuid.UUID(invitation_id)
        return send_staff_mail(session, owner, invitation, runtime.settings(), reminder=reminder)


@DBOS.workflow(name="mail.staff_invitation", max_recovery_attempts=20)
def invite_staff(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_staff_link(organisation_id, payload["invitation_id"], False)


@DBOS.workflow(name="mail.staff_reminder", max_recovery_attempts=20)
def remind_staff(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_staff_link(organisation_id, payload["invitation_id"], True)


WORKFLOWS = (invite_staff, remind_staff)
