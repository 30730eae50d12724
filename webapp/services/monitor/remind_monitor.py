"""Remind those who have not sent answers. Whose link was used is known until closing; HR is told nobody (0035)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import Monitor, MonitorTicket, StaffMember
from webapp.records.base import now
from webapp.services.monitor.close_monitor import close_monitor, rounded
from webapp.services.monitor.draft_monitor import record
from webapp.services.monitor.find_monitor import lock_monitor, takes_ballots
from webapp.services.monitor.open_monitor import REMINDER, queue_mails, ticket_hash
from webapp.services.once_a_day import check_once_a_day
from webapp.services.reminder_days import due_days
from webapp.services.staff.presence import is_present

Where = tuple[uuid.UUID, uuid.UUID]


def remind_by_hand(
    session: Session, organisation_id: uuid.UUID, monitor_id: uuid.UUID, settings: Settings, *, user_id: uuid.UUID
) -> None:
    """At most once a day. How many mails go out is not told: the number would tell how many have answered."""
    row = lock_monitor(session, organisation_id, monitor_id)
    if not takes_ballots(row):
        raise Conflict(_("This monitor is not open, so there is nobody to remind."))
    check_once_a_day(row.reminded_at)
    queue_reminders(session, row, settings, user_id=user_id)


def queue_reminders(session: Session, row: Monitor, settings: Settings, *, user_id: uuid.UUID | None = None) -> None:
    waiting = session.execute(
        select(MonitorTicket, StaffMember.email)
        .join(
            StaffMember,
            (StaffMember.organisation_id == MonitorTicket.organisation_id)
            & (StaffMember.id == MonitorTicket.staff_member_id),
        )
        .where(
            MonitorTicket.organisation_id == row.organisation_id,
            MonitorTicket.monitor_id == row.id,
            MonitorTicket.used.is_(False),
            is_present(),
        )
        .order_by(MonitorTicket.id)
    ).all()
    for ticket, email in waiting:
        mend_address(ticket, email, settings)
    row.reminded_at = now()
    queue_mails(session, row, REMINDER, [ticket.id for ticket, _email in waiting])
    record(session, row, "monitor.reminded", user_id)
    session.flush()


def mend_address(ticket: MonitorTicket, email: str, settings: Settings) -> None:
    """Where no mail went out at all, a mended address gets a new link, and the old one ends.

    A link that was sent stays where it went: at an address that HR has changed it would tell who has not answered.
    """
    if email and email != ticket.email and not ticket.sent:
        ticket.email, ticket.link_id = email, uuid.uuid4()
        ticket.token_hash = ticket_hash(settings.secret_key, ticket.link_id)


def count_used(session: Session, row: Monitor) -> int:
    """How many have sent answers, down to whole fives; of a closed one as it was at closing."""
    if row.state != "open":
        return row.ballots_about or 0
    used = select(func.count()).where(
        MonitorTicket.organisation_id == row.organisation_id,
        MonitorTicket.monitor_id == row.id,
        MonitorTicket.used.is_(True),
    )
    return rounded(session.scalar(used) or 0)


# --- what the days bring by themselves


def open_monitors(session: Session) -> list[Where]:
    rows = session.execute(select(Monitor.organisation_id, Monitor.id).where(Monitor.state == "open"))
    return [(owner, number) for owner, number in rows]


def look_after(session: Session, where: Where, settings: Settings) -> bool:
    """Close it if its moment has come, else send the reminder that is due; again and again alike."""
    row = lock_monitor(session, *where)
    if row.state == "open" and row.closes_at <= now():
        return close_monitor(session, *where)
    due = due_reminders(row)
    if not due:
        return False
    row.reminders_done = [*row.reminders_done, *due]
    queue_reminders(session, row, settings)
    return True


def due_reminders(row: Monitor) -> Sequence[int]:
    if row.state != "open" or row.opened_at is None:
        return []
    return due_days(row.reminder_days, row.reminders_done, opened=row.opened_at, moment=now(), closes=row.closes_at)
