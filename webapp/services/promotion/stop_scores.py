"""The stop switch: no page shows a score until somebody lets them be shown again."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid, Refused
from webapp.records import ScoreStop, User
from webapp.records.base import now
from webapp.services.lock_row import lock_organisation
from webapp.services.promotion.approval_rule import check_hr, check_rule_is_off
from webapp.services.record_event import record_event

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Stop:
    """Since when, by whom and why."""

    since: dt.datetime
    by: str
    reason: str


# Asked on every page that could show a score, so put together once.
LASTING = (
    select(ScoreStop.created_at, User.name, ScoreStop.reason)
    .join(User, (User.organisation_id == ScoreStop.organisation_id) & (User.id == ScoreStop.stopped_by))
    .where(ScoreStop.organisation_id == bindparam("owner"), ScoreStop.lasting.is_(True))
)


def stop_of(session: Session, organisation_id: uuid.UUID) -> Stop | None:
    """The stop that lasts; None where scores are shown. Every page that would show one asks this first."""
    row = session.execute(LASTING, {"owner": organisation_id}).one_or_none()
    return Stop(*row) if row else None


def is_stopped(session: Session, organisation_id: uuid.UUID) -> bool:
    return stop_of(session, organisation_id) is not None


def check_shown(session: Session, organisation_id: uuid.UUID) -> None:
    """Refuse what would make or hand out figures of applicants' scores while they are stopped."""
    if stop := stop_of(session, organisation_id):
        raise Refused(
            _(
                "Scores are stopped since %(moment)s (UTC), by %(name)s. Reports and packs with figures of applicants "
                "wait until scores are shown again. Nothing was made or sent.",
                moment=format_datetime(stop.since, "yyyy-MM-dd HH:mm"),
                name=stop.by,
            )
        )


def past_stops(session: Session, organisation_id: uuid.UUID, limit: int = 10) -> list[ScoreStop]:
    """The newest stops, lasting or over."""
    return list(
        session.scalars(
            select(ScoreStop)
            .where(ScoreStop.organisation_id == organisation_id)
            .order_by(ScoreStop.created_at.desc())
            .limit(limit)
        )
    )


def stop_scores(session: Session, organisation_id: uuid.UUID, reason: str, user_id: uuid.UUID) -> ScoreStop:
    """Take them off all pages at once; one person is enough for that."""
    lock_organisation(session, organisation_id)
    check_hr(session, organisation_id, user_id)
    if is_stopped(session, organisation_id):
        raise Conflict(_("Scores were stopped already. Nothing was changed."))
    row = ScoreStop(organisation_id=organisation_id, stopped_by=user_id, reason=_written(reason))
    session.add(row)
    session.flush()
    _tell(session, row, "scores.stopped", user_id)
    return row


def start_scores(session: Session, organisation_id: uuid.UUID, reason: str, user_id: uuid.UUID) -> ScoreStop:
    """Show them again, by one person's word; refused where a second person has to agree."""
    check_rule_is_off(session, organisation_id)
    check_hr(session, organisation_id, user_id)
    return show_again(session, organisation_id, reason, user_id)


def show_again(
    session: Session,
    organisation_id: uuid.UUID,
    reason: str,
    user_id: uuid.UUID,
    *,
    request_id: uuid.UUID | None = None,
) -> ScoreStop:
    lock_organisation(session, organisation_id)
    row = session.scalars(
        select(ScoreStop).where(ScoreStop.organisation_id == organisation_id, ScoreStop.lasting.is_(True))
    ).first()
    if row is None:
        raise Conflict(_("Scores are shown already. Nothing was changed."))
    row.lasting, row.started_at, row.started_by, row.start_reason = None, now(), user_id, _written(reason)
    session.flush()
    _tell(session, row, "scores.started", user_id, **({"request": str(request_id)} if request_id else {}))
    return row


def _written(reason: str) -> str:
    words = reason.strip()[:LONGEST_REASON]
    if not words:
        raise Invalid([_("Write down the reason, so that others can understand it later.")])
    return words


def _tell(session: Session, row: ScoreStop, action: str, user_id: uuid.UUID, **detail: object) -> None:
    record_event(
        session, row.organisation_id, action, user_id=user_id, subject="score_stop", subject_id=row.id, **detail
    )
