"""Rating rounds in the background: their mails, and what the days bring by themselves."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from dbos import DBOS
from sqlalchemy.orm import Session

from webapp.jobs import runtime
from webapp.jobs.patience import LONG
from webapp.services.results.release_round import release_round, rounds_to_release
from webapp.services.rounds import due_rounds
from webapp.services.rounds.send_rating_mail import send_rating_mail, send_round_notice

log = logging.getLogger(__name__)
Payload = dict[str, str]


@DBOS.step(name="mail.rating.send", **LONG)
def post_link(organisation_id: str, rater_id: str, reminder: bool) -> bool:
    with runtime.work_scope() as session:
        owner, rater = uuid.UUID(organisation_id), uuid.UUID(rater_id)
        return send_rating_mail(session, owner, rater, runtime.settings(), reminder=reminder)


@DBOS.step(name="mail.rating_notice.send", **LONG)
def post_notice(organisation_id: str, payload: Payload) -> bool:
    owner, number, user = (uuid.UUID(each) for each in (organisation_id, payload["round_id"], payload["user_id"]))
    with runtime.work_scope() as session:
        return send_round_notice(session, owner, number, user, payload["what"], runtime.settings())


@DBOS.workflow(name="mail.rating_invitation", max_recovery_attempts=20)
def invite_rater(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_link(organisation_id, payload["rater_id"], False)


@DBOS.workflow(name="mail.rating_reminder", max_recovery_attempts=20)
def remind_rater(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_link(organisation_id, payload["rater_id"], True)


@DBOS.workflow(name="mail.rating_notice", max_recovery_attempts=20)
def tell_hr(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        post_notice(organisation_id, payload)


WORKFLOWS = (invite_rater, remind_rater, tell_hr)
TOPICS = {f"mail.{kind}": "mail" for kind in ("rating_invitation", "rating_reminder", "rating_notice")}


def look_after_rounds() -> None:
    """Close, open, remind and go on with schedules; each round in a transaction of its own, again and again alike."""
    settings = runtime.settings()
    each_due(due_rounds.rounds_to_close, due_rounds.close_due)
    each_due(due_rounds.rounds_to_open, lambda session, where: due_rounds.open_due(session, where, settings))
    each_due(due_rounds.rounds_to_remind, lambda session, where: due_rounds.remind_due(session, where, settings))
    each_due(due_rounds.rounds_to_follow, due_rounds.follow_due)
    each_due(rounds_to_release, lambda session, where: release_round(session, *where))


def each_due(
    find: Callable[[Session], list[due_rounds.Where]], act: Callable[[Session, due_rounds.Where], bool]
) -> None:
    with runtime.work_scope() as session:
        found = find(session)
    for where in found:
        try:
            with runtime.work_transaction() as session:
                act(session, where)
        except Exception:
            # One company's round must not keep the others waiting.
            log.exception("round %s could not be looked after", where[1])
