"""What the days bring by themselves: opening, reminders, closing, and the next round of a schedule."""

from __future__ import annotations

import calendar
import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from webapp.config import Settings
from webapp.errors import DomainError
from webapp.records import RatingRound
from webapp.records.base import now
from webapp.services.reminder_days import due_days
from webapp.services.rounds.close_round import close_round
from webapp.services.rounds.draft_round import RoundPlan, make_draft, overlapping
from webapp.services.rounds.find_round import last_day, lock_round
from webapp.services.rounds.notify_hr import notify_hr
from webapp.services.rounds.open_round import open_round
from webapp.services.rounds.remind_raters import queue_reminders

DAYS_AHEAD = 14
Where = tuple[uuid.UUID, uuid.UUID]


def rounds_to_close(session: Session) -> list[Where]:
    return _where(session, RatingRound.state == "open", RatingRound.closes_at <= now())


def rounds_to_open(session: Session) -> list[Where]:
    return _where(session, RatingRound.state == "planned", RatingRound.opens_at <= now())


def rounds_to_remind(session: Session) -> list[Where]:
    """Open rounds; few enough to look at each."""
    return _where(session, RatingRound.state == "open", RatingRound.closes_at > now())


def rounds_to_follow(session: Session) -> list[Where]:
    """Rounds of a schedule that no round follows yet."""
    later = aliased(RatingRound)
    followed = (
        select(later.id)
        .where(later.organisation_id == RatingRound.organisation_id, later.follows_id == RatingRound.id)
        .exists()
    )
    return _where(session, RatingRound.repeat_months > 0, RatingRound.opened_at.is_not(None), ~followed)


def _where(session: Session, *conditions: object) -> list[Where]:
    rows = session.execute(select(RatingRound.organisation_id, RatingRound.id).where(*conditions))  # type: ignore[arg-type]
    return [(owner, number) for owner, number in rows]


def close_due(session: Session, where: Where) -> bool:
    """Close it if its moment has really come: HR may have moved it while this waited."""
    row = lock_round(session, *where)
    return row.state == "open" and row.closes_at <= now() and close_round(session, *where)


def open_due(session: Session, where: Where, settings: Settings) -> bool:
    """Open what was planned; where that is impossible it becomes a draft again, and HR is told."""
    row = lock_round(session, *where)
    if row.state != "planned" or row.opens_at > now():
        return False
    try:
        open_round(session, *where, settings)
    except DomainError:
        row.state = "draft"
        notify_hr(session, row, "not_opened")
        return False
    notify_hr(session, row, "opened")
    return True


def remind_due(session: Session, where: Where, settings: Settings) -> bool:
    """Send one reminder for all the days that have come since the last look."""
    row = lock_round(session, *where)
    due = [day for day in due_reminders(row) if row.state == "open"]
    if not due:
        return False
    row.reminders_done = [*row.reminders_done, *due]
    queue_reminders(session, row, settings)
    return True


def due_reminders(row: RatingRound) -> Sequence[int]:
    return due_days(
        row.reminder_days, row.reminders_done, opened=row.opened_at or row.opens_at, moment=now(), closes=row.closes_at
    )


def follow_due(session: Session, where: Where) -> bool:
    """Make the schedule's next round as a draft, two weeks ahead, and tell HR; nobody is asked by it."""
    row = lock_round(session, *where)
    plan = next_plan(row)
    if now() < plan.opens_at - dt.timedelta(days=DAYS_AHEAD) or not row.repeat_months:
        return False
    if overlapping(session, row.organisation_id, row.kind, (plan.opens_at, plan.closes_at), None):
        return False
    try:
        made = make_draft(session, row.organisation_id, plan, user_id=None, follows_id=row.id)
    except DomainError:
        return False
    notify_hr(session, made, "drafted")
    return True


def next_plan(row: RatingRound) -> RoundPlan:
    """The same again so many months later, never in the past."""
    first = row.opens_at.date()
    length = last_day(row) - first
    months = row.repeat_months or 3
    opens = months_later(first, months)
    while opens + length < now().date():
        first, opens = opens, months_later(opens, months)
    return RoundPlan(
        title=f"{row.title.split(' · ')[0]} · {opens:%Y-%m}",
        kind=row.kind,
        opens_on=opens,
        closes_on=opens + length,
        competences=tuple(row.competence_codes),
        reminder_days=tuple(row.reminder_days),
        repeat_months=row.repeat_months,
    )


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
