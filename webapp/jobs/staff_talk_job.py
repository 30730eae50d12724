"""The mails of the staff's voice and of the loyalty monitor, and what the days bring to the monitor."""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.rating_jobs import PATIENCE, Payload
from webapp.services.voice.voice_mail import send_link_mail, send_owner_mail


@DBOS.step(name="mail.voice.send", **PATIENCE)
def post_voice(organisation_id: str, payload: Payload) -> bool:
    owner, settings = uuid.UUID(organisation_id), runtime.settings()
    with runtime.work_scope() as session:
        if "link_id" in payload:
            return send_link_mail(session, owner, uuid.UUID(payload["link_id"]), settings)
        return send_owner_mail(session, owner, uuid.UUID(payload["note_id"]), settings)


@DBOS.workflow(name="mail.voice_link", max_recovery_attempts=20)
def bring_voice_link(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_voice(organisation_id, payload)


@DBOS.workflow(name="mail.voice_owner", max_recovery_attempts=20)
def tell_owner(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_voice(organisation_id, payload)


WORKFLOWS = (bring_voice_link, tell_owner)
