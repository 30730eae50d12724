"""The mails of the staff's voice and of the loyalty monitor, and what the days bring to the monitor."""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.patience import LONG
from webapp.jobs.rating_jobs import Payload, each_due
from webapp.services.monitor import remind_monitor
from webapp.services.monitor.monitor_mail import send_monitor_mail
from webapp.services.voice.voice_mail import send_link_mail, send_owner_mail


@DBOS.step(name="mail.voice.send", **LONG)
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


@DBOS.step(name="mail.monitor.send", **LONG)
def post_monitor(organisation_id: str, ticket_id: str, reminder: bool) -> bool:
    with runtime.work_scope() as session:
        owner, ticket = uuid.UUID(organisation_id), uuid.UUID(ticket_id)
        return send_monitor_mail(session, owner, ticket, runtime.settings(), reminder=reminder)


@DBOS.workflow(name="mail.monitor_invitation", max_recovery_attempts=20)
def invite_to_monitor(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_monitor(organisation_id, payload["ticket_id"], False)


@DBOS.workflow(name="mail.monitor_reminder", max_recovery_attempts=20)
def remind_of_monitor(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_monitor(organisation_id, payload["ticket_id"], True)


WORKFLOWS = (bring_voice_link, tell_owner, invite_to_monitor, remind_of_monitor)


def look_after_monitors() -> None:
    """Close what is over and remind in time; each monitor in a transaction of its own."""
    settings = runtime.settings()
    each_due(remind_monitor.open_monitors, lambda session, where: remind_monitor.look_after(session, where, settings))
