"""The mails about requests for approval, and the end of those that nobody answered."""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.jobs.patience import LONG
from webapp.services.promotion.approval_mail import send_asked, send_decided
from webapp.services.promotion.expire_requests import expire_requests

Payload = dict[str, str]


@DBOS.step(name="mail.approval.send", **LONG)
def post_approval(organisation_id: str, payload: Payload) -> bool:
    owner, request, settings = uuid.UUID(organisation_id), uuid.UUID(payload["request_id"]), runtime.settings()
    with runtime.work_scope() as session:
        if "user_id" in payload:
            return send_asked(session, owner, request, uuid.UUID(payload["user_id"]), settings)
        return send_decided(session, owner, request, settings)


@DBOS.workflow(name="mail.approval_asked", max_recovery_attempts=20)
def tell_second_person(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_approval(organisation_id, payload)


@DBOS.workflow(name="mail.approval_decided", max_recovery_attempts=20)
def tell_who_asked(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_approval(organisation_id, payload)


WORKFLOWS = (tell_second_person, tell_who_asked)


def end_requests() -> None:
    while True:
        with runtime.work_transaction() as session:
            if not expire_requests(session):
                return
