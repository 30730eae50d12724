"""Ask for a promotion, a way back or an end of a rule; where the organisation wants it, a second person decides."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import ApprovalRequest, ModelVersion, Vacancy
from webapp.records.base import now
from webapp.services.lock_row import lock_organisation
from webapp.services.promotion.approval_rule import approval_rule, check_hr, hr_people
from webapp.services.promotion.check_artefact import check_identity
from webapp.services.promotion.expire_requests import end_if_over
from webapp.services.promotion.promote_model import promote_or_move, serving_beside
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.queue_work import queue_work
from webapp.services.read_models import find_model
from webapp.services.record_event import record_event

LONGEST_REASON = 2000


def ask_promotion(
    session: Session,
    organisation_id: uuid.UUID,
    model_version_id: uuid.UUID,
    vacancies: Sequence[uuid.UUID],
    reason: str,
    user_id: uuid.UUID,
    *,
    back: bool = False,
) -> ApprovalRequest:
    """Promote (or, with `back`, roll back to) this model; with the rule on, ask a second person to approve it.

    The row that is returned says which: its state is `alone` or `open`.
    """
    organisation = lock_organisation(session, organisation_id)
    check_hr(session, organisation_id, user_id)
    version = find_model(session, organisation_id, model_version_id)
    words = written(reason, needed=back or approval_rule(organisation).on)
    check_identity(session, version)
    row = _request(session, version, vacancies, words, user_id, back)
    if approval_rule(organisation).on:
        _open(session, row, f"model {version.id}", version)
        return row
    row.state = "alone"
    session.add(row)
    session.flush()
    promote_or_move(session, organisation_id, version.id, vacancies, user_id, back=back, request_id=row.id)
    return row


def written(reason: str, *, needed: bool) -> str:
    words = reason.strip()[:LONGEST_REASON]
    if needed and not words:
        raise Invalid([_("Write down the reason, so that others can understand it later.")])
    return words


def _request(
    session: Session,
    version: ModelVersion,
    vacancies: Sequence[uuid.UUID],
    words: str,
    user_id: uuid.UUID,
    back: bool,
) -> ApprovalRequest:
    serving = serving_beside(session, version)
    if version.state == "serving" and (back or not vacancies):
        raise Conflict(_("This model is serving already."))
    movable = {row.id for row in movable_vacancies(session, version)}
    return ApprovalRequest(
        organisation_id=version.organisation_id,
        kind="roll_back" if back else "promote",
        model_version_id=version.id,
        serving_id=serving[0].id if serving else None,
        vacancies=[str(each) for each in dict.fromkeys(vacancies) if each in movable],
        reason=words,
        asked_by=user_id,
        expires_at=now(),
    )


def ask_for_rule(
    session: Session, organisation_id: uuid.UUID, kind: str, reason: str, user_id: uuid.UUID
) -> ApprovalRequest:
    """Ask a second person to let the rule end, or scores be shown again."""
    organisation = lock_organisation(session, organisation_id)
    check_hr(session, organisation_id, user_id)
    if not approval_rule(organisation).on or (kind == "scores_start" and not is_stopped(session, organisation_id)):
        raise Conflict(_("This is so already. Nothing was changed."))
    row = ApprovalRequest(
        organisation_id=organisation_id,
        kind=kind,
        vacancies=[],
        reason=written(reason, needed=True),
        asked_by=user_id,
        expires_at=now(),
    )
    _open(session, row, kind, None)
    return row


def _open(session: Session, row: ApprovalRequest, about: str, version: ModelVersion | None) -> None:
    """One open request about each thing; whoever asks later is told of the first. Held by the organisation's row."""
    owner = row.organisation_id
    standing = session.scalars(
        select(ApprovalRequest).where(ApprovalRequest.organisation_id == owner, ApprovalRequest.open_about == about)
    ).first()
    if standing is not None and not end_if_over(session, standing):
        raise Conflict(_("Somebody has asked for this already, and it waits for a second person. Look there first."))
    rule = approval_rule(lock_organisation(session, owner))
    row.state, row.open_about, row.expires_at = "open", about, now() + dt.timedelta(days=rule.days)
    session.add(row)
    session.flush()
    tell(session, row, "promotion.asked", row.asked_by, vacancies=len(row.vacancies))
    for person in hr_people(session, owner):
        if person.id != row.asked_by:
            queue_work(session, owner, "mail.approval_asked", request_id=row.id, user_id=person.id)
    session.flush()


def tell(session: Session, row: ApprovalRequest, action: str, user_id: uuid.UUID | None, **detail: object) -> None:
    """Write down what happened to the request, where the model's history finds it."""
    about_model = row.model_version_id is not None
    record_event(
        session,
        row.organisation_id,
        action,
        user_id=user_id,
        subject="model_version" if about_model else "organisation",
        subject_id=row.model_version_id or row.organisation_id,
        request=str(row.id),
        kind=row.kind,
        **detail,
    )


def named_vacancies(session: Session, row: ApprovalRequest) -> list[Vacancy]:
    """The vacancies that the request names, in the order of their titles."""
    return list(
        session.scalars(
            select(Vacancy)
            .where(
                Vacancy.organisation_id == row.organisation_id,
                Vacancy.id.in_([uuid.UUID(each) for each in row.vacancies]),
            )
            .order_by(Vacancy.title, Vacancy.id)
        )
    )
