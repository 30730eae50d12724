"""Expert panels in the background: their mails, and closing when the last day is over."""

from __future__ import annotations

import logging
import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.patience import LONG
from webapp.jobs.rating_jobs import Payload
from webapp.services.panel.close_panel import close_due, panels_to_close
from webapp.services.panel.expert_mail import send_expert_mail

log = logging.getLogger(__name__)


@DBOS.step(name="mail.panel.send", **LONG)
def post_expert_link(organisation_id: str, expert_id: str, reminder: bool) -> bool:
    with runtime.work_scope() as session:
        owner, expert = uuid.UUID(organisation_id), uuid.UUID(expert_id)
        return send_expert_mail(session, owner, expert, runtime.settings(), reminder=reminder)


@DBOS.workflow(name="mail.panel_invitation", max_recovery_attempts=20)
def invite_expert(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_expert_link(organisation_id, payload["expert_id"], False)


@DBOS.workflow(name="mail.panel_reminder", max_recovery_attempts=20)
def remind_expert(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_expert_link(organisation_id, payload["expert_id"], True)


WORKFLOWS = (invite_expert, remind_expert)


def look_after_panels() -> None:
    """Close what is due; each panel in a transaction of its own, so that one keeps no other waiting."""
    with runtime.work_scope() as session:
        found = panels_to_close(session)
    for where in found:
        try:
            with runtime.work_transaction() as session:
                close_due(session, where)
        except Exception:
            log.exception("panel %s could not be closed", where[1])
