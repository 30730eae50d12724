"""A second person approves or declines; who asked may take it back."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Conflict, DomainError, Refused
from webapp.records import ApprovalRequest, ModelVersion
from webapp.records.base import now
from webapp.services.lock_row import lock_organisation, lock_row
from webapp.services.promotion.approval_rule import ApprovalRule, approval_rule, check_hr, keep_rule
from webapp.services.promotion.check_artefact import check_identity
from webapp.services.promotion.promote_model import promote_or_move, serving_beside
from webapp.services.promotion.requests import tell, written
from webapp.services.promotion.stop_scores import show_again
from webapp.services.queue_work import queue_work


def approve(
    session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID, answer: str, user_id: uuid.UUID
) -> ApprovalRequest:
    """Approve and do what was asked, in one transaction; refused where the world is another by now."""
    row = _held(session, organisation_id, request_id)
    _check_second(session, row, user_id)
    check_world(session, row)
    _close(session, row, "approved", answer, user_id)
    DOES[row.kind](session, row)
    return row


def decline(
    session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID, answer: str, user_id: uuid.UUID
) -> ApprovalRequest:
    row = _held(session, organisation_id, request_id)
    _check_second(session, row, user_id)
    _close(session, row, "declined", written(answer, needed=True), user_id)
    return row


def take_back(
    session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID, user_id: uuid.UUID
) -> ApprovalRequest:
    """Who asked does not want it any more."""
    row = _held(session, organisation_id, request_id)
    if row.asked_by != user_id:
        raise Refused(_("Only who asked can take a request back. You can decline it."))
    _close(session, row, "withdrawn", "", user_id)
    return row


def _held(session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID) -> ApprovalRequest:
    lock_organisation(session, organisation_id)
    row = lock_row(session, ApprovalRequest, organisation_id, request_id)
    # A request whose time is over is ended by the worker; here it only may not be decided any more.
    if row.state != "open":
        raise Conflict(_("This request was decided meanwhile, or has ended."))
    if row.expires_at <= now():
        raise Conflict(_("The time for an answer to this request is over. Ask again if it is still wanted."))
    return row


def _check_second(session: Session, row: ApprovalRequest, user_id: uuid.UUID) -> None:
    """Two people, both of HR at this moment, whatever their sessions say."""
    if row.asked_by == user_id:
        raise Refused(_("You asked for this yourself. Another person of HR has to decide on it."))
    check_hr(session, row.organisation_id, user_id)


def check_world(session: Session, row: ApprovalRequest) -> None:
    """Refuse what rests on something that has changed since it was asked."""
    try:
        check_hr(session, row.organisation_id, row.asked_by)
    except Refused as error:
        raise Conflict(_("Who asked for this is no longer of HR. Decline it; you can ask for it yourself.")) from error
    if row.model_version_id is None:
        return
    version = session.get_one(ModelVersion, (row.organisation_id, row.model_version_id), populate_existing=True)
    serving = [each.id for each in serving_beside(session, version)]
    if serving != ([row.serving_id] if row.serving_id else []):
        raise Conflict(
            _("Another model was promoted since this was asked. Decline it, look at what serves now and ask again.")
        )
    check_identity(session, version)


def obstacle(session: Session, row: ApprovalRequest) -> str:
    """Why it cannot be approved any more; empty where it can."""
    try:
        check_world(session, row)
    except DomainError as error:
        return error.message
    return ""


def _close(session: Session, row: ApprovalRequest, state: str, answer: str, user_id: uuid.UUID) -> None:
    row.state, row.open_about, row.answer = state, None, written(answer, needed=False)
    row.decided_by, row.decided_at = user_id, now()
    session.flush()
    tell(session, row, f"promotion.{state}", user_id)
    if state != "withdrawn":
        queue_work(session, row.organisation_id, "mail.approval_decided", request_id=row.id)
    session.flush()


def _promote(session: Session, row: ApprovalRequest) -> None:
    assert row.model_version_id is not None
    promote_or_move(
        session,
        row.organisation_id,
        row.model_version_id,
        [uuid.UUID(each) for each in row.vacancies],
        row.asked_by,
        back=row.kind == "roll_back",
        request_id=row.id,
    )


def _end_rule(session: Session, row: ApprovalRequest) -> None:
    rule = approval_rule(lock_organisation(session, row.organisation_id))
    keep_rule(session, row.organisation_id, ApprovalRule(False, rule.days), user_id=row.asked_by)


def _start_scores(session: Session, row: ApprovalRequest) -> None:
    show_again(session, row.organisation_id, row.reason, row.asked_by, request_id=row.id)


DOES = {"promote": _promote, "roll_back": _promote, "approval_off": _end_rule, "scores_start": _start_scores}
