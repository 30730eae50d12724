"""Let an earlier result serve a further vacancy, at the word of the person whose result it is.

The answers are copied into a sitting of the new application. Each application then stands for itself: it is scored by
its own vacancy's model, is erased in its own time, and is moved to another model with its own vacancy.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Answer, AnswerRevision, Applicant, ResultReuse, Sitting
from webapp.records.base import now
from webapp.services.acknowledge import receipt_number
from webapp.services.lock_row import lock_row
from webapp.services.open_invitation import check_open, check_opened, open_invitation
from webapp.services.queue_work import queue_work
from webapp.services.record_event import record_event
from webapp.services.retaking.earlier_results import EarlierResult
from webapp.services.retaking.standing import standing_of
from webapp.services.score_sitting import score_sitting
from webapp.services.serving_model import serving_model

OWN = {"id", "organisation_id", "sitting_id", "created_at", "save_key"}


def reuse_result(session: Session, token: str, secret_key: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Hand in the offered result; returns the organisation and the sitting, whose receipt shows what was done."""
    welcome = open_invitation(session, token)
    check_open(welcome)
    check_opened(welcome)
    applicant = lock_row(session, Applicant, welcome.organisation_id, welcome.applicant.id)
    mine = _own_sitting(session, applicant)
    if mine is not None and mine.state == "submitted":
        return welcome.organisation_id, mine.id
    offered = standing_of(session, welcome.vacancy, applicant).offered
    if offered is None:
        raise Conflict(_("This earlier result can no longer be used here. Open your link again."))
    copy = _copied(session, applicant, offered, mine)
    _hand_in(session, welcome.vacancy.model_version_id, applicant, copy, offered, secret_key)
    return welcome.organisation_id, copy.id


def _own_sitting(session: Session, applicant: Applicant) -> Sitting | None:
    return session.scalar(
        select(Sitting).where(
            Sitting.organisation_id == applicant.organisation_id,
            Sitting.applicant_id == applicant.id,
            Sitting.purpose == "selection",
        )
    )


def _copied(session: Session, applicant: Applicant, offered: EarlierResult, empty: Sitting | None) -> Sitting:
    """The earlier sitting as one of this application; one that was opened and never begun is taken for it."""
    earlier = offered.sitting
    copy = empty or Sitting(organisation_id=applicant.organisation_id, applicant_id=applicant.id)
    for name in ("questionnaire_id", "form", "language", "seed", "notice_version", "practised_at", "not_asked"):
        setattr(copy, name, getattr(earlier, name))
    copy.consented_at = copy.submitted_at = now()
    copy.state = "submitted"
    session.add(copy)
    session.flush()
    for table in (Answer, AnswerRevision):
        _copy_rows(session, table, earlier, copy)
    session.flush()
    return copy


def _copy_rows(session: Session, table: Any, earlier: Sitting, copy: Sitting) -> None:
    names = [column.key for column in table.__table__.columns if column.key not in OWN]
    rows = session.scalars(
        select(table).where(table.organisation_id == earlier.organisation_id, table.sitting_id == earlier.id)
    )
    for row in rows.all():
        values = {name: getattr(row, name) for name in names}
        session.add(table(organisation_id=copy.organisation_id, sitting_id=copy.id, **values))


def _hand_in(
    session: Session,
    version_id: uuid.UUID,
    applicant: Applicant,
    copy: Sitting,
    offered: EarlierResult,
    secret_key: str,
) -> None:
    owner = applicant.organisation_id
    session.add(
        ResultReuse(
            organisation_id=owner,
            applicant_id=applicant.id,
            sitting_id=copy.id,
            taken_at=offered.taken_at,
            consented_at=now(),
        )
    )
    applicant.state = "done"
    applicant.language = copy.language or applicant.language
    session.flush()
    score = score_sitting(session, copy, applicant, version_id, serving_model(session, owner, version_id))
    copy.receipt_code = receipt_number(secret_key, copy.id, score.answers_hash)
    taken = offered.taken_at.date().isoformat()
    record_event(session, owner, "result.reused", subject="applicant", subject_id=applicant.id, taken=taken)
    queue_work(session, owner, "mail.receipt", sitting_id=copy.id)


def reuse_of(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> ResultReuse | None:
    """Whether this applicant's result is an earlier one, and of when."""
    return session.scalar(
        select(ResultReuse).where(
            ResultReuse.organisation_id == organisation_id, ResultReuse.applicant_id == applicant_id
        )
    )
