"""Prepare a year's monitor. Nobody is asked before it opens."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import Monitor, Organisation
from webapp.records.base import now
from webapp.services.monitor.find_monitor import draft_to_change, lock_monitor
from webapp.services.record_event import record_event

LONGEST_DAYS = 62


@dataclass(frozen=True)
class MonitorPlan:
    """What HR says of it. Days are in UTC; the last one is a whole one."""

    year: int
    closes_on: dt.date
    reminder_days: tuple[int, ...] = ()

    @property
    def closes_at(self) -> dt.datetime:
        return end_of(self.closes_on)


def end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)


def draft_monitor(
    session: Session, organisation_id: uuid.UUID, plan: MonitorPlan, *, user_id: uuid.UUID | None
) -> Monitor:
    # Two people who plan at once must see each other's year.
    session.scalar(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    check_plan(session, organisation_id, plan)
    row = Monitor(organisation_id=organisation_id, year=plan.year, created_by=user_id)
    row.closes_at, row.reminder_days = plan.closes_at, tidy_days(plan.reminder_days)
    session.add(row)
    session.flush()
    record(session, row, "monitor.drafted", user_id)
    return row


def change_monitor(
    session: Session, organisation_id: uuid.UUID, monitor_id: uuid.UUID, plan: MonitorPlan, *, user_id: uuid.UUID
) -> Monitor:
    row = draft_to_change(session, organisation_id, monitor_id)
    check_plan(session, organisation_id, plan, but=row.id)
    row.year, row.closes_at, row.reminder_days = plan.year, plan.closes_at, tidy_days(plan.reminder_days)
    record(session, row, "monitor.changed", user_id)
    return row


def discard_monitor(session: Session, organisation_id: uuid.UUID, monitor_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    row = draft_to_change(session, organisation_id, monitor_id)
    record(session, row, "monitor.discarded", user_id)
    session.flush()
    session.execute(delete(Monitor).where(Monitor.organisation_id == organisation_id, Monitor.id == monitor_id))


def check_plan(
    session: Session, organisation_id: uuid.UUID, plan: MonitorPlan, *, but: uuid.UUID | None = None
) -> None:
    faults = faults_of_day(plan.closes_on, now().date())
    if not now().year <= plan.year <= now().year + 1:
        faults.append(_("Choose this year or the next."))
    same = select(Monitor.id).where(Monitor.organisation_id == organisation_id, Monitor.year == plan.year)
    if session.scalar(same.where(Monitor.id != but) if but else same):
        faults.append(_("There is a monitor of %(year)s already. Once a year is enough.", year=str(plan.year)))
    if faults:
        raise Invalid(faults)


def faults_of_day(closes_on: dt.date, first: dt.date) -> list[str]:
    if end_of(closes_on) <= now():
        return [_("The last day is over already. Choose one that is still to come.")]
    if (closes_on - first).days >= LONGEST_DAYS:
        return [_("The monitor is open for at most %(days)s days. Choose an earlier last day.", days=LONGEST_DAYS)]
    return []


def move_closing(
    session: Session, organisation_id: uuid.UUID, monitor_id: uuid.UUID, closes_on: dt.date, *, user_id: uuid.UUID
) -> Monitor:
    """Give people more days, or fewer; what has closed stays closed."""
    row = lock_monitor(session, organisation_id, monitor_id)
    if row.state != "open" or row.closes_at <= now() or row.opened_at is None:
        raise Conflict(_("This monitor is not open, so its last day can no longer be moved."))
    if faults := faults_of_day(closes_on, row.opened_at.date()):
        raise Invalid(faults)
    row.closes_at = end_of(closes_on)
    record(session, row, "monitor.moved", user_id)
    return row


def tidy_days(days: tuple[int, ...]) -> list[int]:
    return sorted(set(days), reverse=True)


def record(session: Session, row: Monitor, action: str, user_id: uuid.UUID | None, **detail: int) -> None:
    record_event(
        session,
        row.organisation_id,
        action,
        user_id=user_id,
        subject="monitor",
        subject_id=row.id,
        **detail,
    )
