"""The workflows `mail.review_answer`, `mail.address_confirm` and `mail.address_notice`."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from dbos import DBOS
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.jobs import runtime
from webapp.jobs.patience import LONGEST
from webapp.services.rights.send_rights_mail import send_address_confirm, send_address_notice, send_review_answer

Send = Callable[[Session, uuid.UUID, uuid.UUID, Settings], bool]


@DBOS.step(name="mail.review_answer.send", **LONGEST)
def post_review_answer(organisation_id: str, request_id: str) -> None:
    _post(send_review_answer, organisation_id, request_id)


@DBOS.step(name="mail.address_confirm.send", **LONGEST)
def post_address_confirm(organisation_id: str, change_id: str) -> None:
    _post(send_address_confirm, organisation_id, change_id)


@DBOS.step(name="mail.address_notice.send", **LONGEST)
def post_address_notice(organisation_id: str, change_id: str) -> None:
    _post(send_address_notice, organisation_id, change_id)


def _post(send: Send, organisation_id: str, row_id: str) -> None:
    with runtime.work_scope() as session:
        send(session, uuid.UUID(organisation_id), uuid.UUID(row_id), runtime.settings())


@DBOS.workflow(name="mail.review_answer", max_recovery_attempts=20)
def answer(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        post_review_answer(organisation_id, payload["request_id"])


@DBOS.workflow(name="mail.address_confirm", max_recovery_attempts=20)
def ask_new_address(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        post_address_confirm(organisation_id, payload["change_id"])


@DBOS.workflow(name="mail.address_notice", max_recovery_attempts=20)
def tell_old_address(organisation_id: str, payload: dict[str, str]) -> None:
    with runtime.working():
        post_address_notice(organisation_id, payload["change_id"])


WORKFLOWS = (answer, ask_new_address, tell_old_address)
