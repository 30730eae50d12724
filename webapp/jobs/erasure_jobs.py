"""What erasures leave to be done: trainings that are due, models that go out of use, files, and a mail to HR."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from typing import TypeVar

from dbos import DBOS
from sqlalchemy.orm import Session

from webapp.jobs import runtime
from webapp.jobs.patience import LONG
from webapp.jobs.rating_jobs import Payload
from webapp.services.erasure import retrain, settle_models
from webapp.services.erasure.notify_hr import send_erasure_notice
from webapp.services.erasure.sweep_files import sweep_again

log = logging.getLogger(__name__)
Found = TypeVar("Found")


@DBOS.step(name="mail.erasure_notice.send", **LONG)
def post_notice(organisation_id: str, payload: Payload) -> bool:
    owner, number, user = (uuid.UUID(each) for each in (organisation_id, payload["retraining_id"], payload["user_id"]))
    with runtime.work_scope() as session:
        return send_erasure_notice(session, owner, number, user, runtime.settings())


@DBOS.workflow(name="mail.erasure_notice", max_recovery_attempts=20)
def tell_hr(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_notice(organisation_id, payload)


WORKFLOWS = (tell_hr,)


def sweep_files() -> None:
    """What a process that died left of somebody erased, and mails that were on their way in that moment."""
    with runtime.work_transaction() as session:
        sweep_again(session, runtime.settings())


def look_after_erasures() -> None:
    """Each in a transaction of its own, again and again alike."""
    _each(retrain.open_retrainings, retrain.look_after)
    _each(settle_models.unsettled_models, settle_models.settle)


def _each(find: Callable[[Session], Sequence[Found]], act: Callable[[Session, Found], None]) -> None:
    with runtime.work_scope() as session:
        found = find(session)
    for each in found:
        try:
            with runtime.work_transaction() as session:
                act(session, each)
        except Exception:
            # One company's model must not keep the others waiting.
            log.exception("what an erasure left to be done was not done and is tried again")
