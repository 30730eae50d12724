"""Open a year's monitor: freeze its words and groups, make a link for each, queue the mails."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from questionnaires import shelf
from webapp.config import Settings
from webapp.errors import Invalid
from webapp.records import Monitor, MonitorTicket, Outbox, StaffMember, Unit
from webapp.records.base import new_id, now
from webapp.security import derived_token, token_hash
from webapp.services.monitor.draft_monitor import record
from webapp.services.monitor.find_monitor import LIBRARY, draft_to_change
from webapp.services.monitor.groups import FEWEST_ASKED, Group, UnitSize, group_of, make_groups
from webapp.services.staff.presence import is_present

PURPOSE = "monitor"
INVITATION, REMINDER = "mail.monitor_invitation", "mail.monitor_reminder"


@dataclass(frozen=True)
class Preview:
    """What opening now would mean."""

    groups: Sequence[Group]
    unreachable: int
    faults: Sequence[str]

    @property
    def asked(self) -> int:
        return sum(group.asked for group in self.groups)


def ticket_hash(secret_key: str, link_id: uuid.UUID) -> str:
    return token_hash(derived_token(secret_key, PURPOSE, link_id))


def ticket_link(settings: Settings, link_id: uuid.UUID) -> str:
    """Made again whenever a mail needs it, stored nowhere, shown to nobody of HR."""
    return f"{settings.base_url}/m/{derived_token(settings.secret_key, PURPOSE, link_id)}"


def preview_monitor(session: Session, row: Monitor) -> Preview:
    people = _people(session, row.organisation_id)
    here = select(func.count()).where(StaffMember.organisation_id == row.organisation_id, is_present())
    faults = []
    if row.closes_at <= now():
        faults.append(_("The last day is over already. Choose one that is still to come."))
    if len(people) < FEWEST_ASKED:
        words = _("At least %(number)s people with an address are needed: with fewer, nobody would be anonymous.")
        faults.append(words % {"number": FEWEST_ASKED})
    return Preview(make_groups(_sizes(people)), (session.scalar(here) or 0) - len(people), faults)


def _people(session: Session, organisation_id: uuid.UUID) -> list[tuple[StaffMember, str]]:
    """Everybody who works here and has an address, with the unit's name."""
    unit = (Unit.organisation_id == StaffMember.organisation_id) & (Unit.id == StaffMember.unit_id)
    rows = session.execute(
        select(StaffMember, func.coalesce(Unit.name, ""))
        .outerjoin(Unit, unit)
        .where(StaffMember.organisation_id == organisation_id, is_present(), StaffMember.email != "")
        .order_by(StaffMember.code)
    )
    return [(person, name) for person, name in rows]


def _sizes(people: Sequence[tuple[StaffMember, str]]) -> list[UnitSize]:
    counted = Counter((person.unit_id, name) for person, name in people)
    return [UnitSize(unit, name, number) for (unit, name), number in counted.items()]


def open_monitor(
    session: Session, organisation_id: uuid.UUID, monitor_id: uuid.UUID, settings: Settings, *, user_id: uuid.UUID
) -> Monitor:
    row = draft_to_change(session, organisation_id, monitor_id)
    preview = preview_monitor(session, row)
    if preview.faults:
        raise Invalid(preview.faults)
    asked = shelf.get(LIBRARY)
    row.questionnaire, row.definition = f"{asked.name} {asked.version}", asked.source
    row.groups = [group.plain() for group in preview.groups]
    row.state, row.opened_at = "open", now()
    session.flush()
    tickets = _make_tickets(session, row, preview.groups, settings)
    queue_mails(session, row, INVITATION, tickets)
    record(session, row, "monitor.opened", user_id, asked=preview.asked)
    return row


def _make_tickets(session: Session, row: Monitor, groups: Sequence[Group], settings: Settings) -> list[uuid.UUID]:
    numbers = group_of(groups)
    people = _people(session, row.organisation_id)
    rows = [_ticket(row, person, numbers[person.unit_id], settings.secret_key) for person, _name in people]
    session.execute(insert(MonitorTicket), rows)
    return [each["id"] for each in rows]


def _ticket(row: Monitor, person: StaffMember, group: int, secret_key: str) -> dict[str, Any]:
    link = uuid.uuid4()
    return {
        "organisation_id": row.organisation_id,
        "id": new_id(),
        "monitor_id": row.id,
        "staff_member_id": person.id,
        "group_number": group,
        "link_id": link,
        "token_hash": ticket_hash(secret_key, link),
        "email": person.email,
    }


def queue_mails(session: Session, row: Monitor, topic: str, tickets: Sequence[uuid.UUID]) -> None:
    """One outbox row a mail, all at once; the queue lets them out at its own rate."""
    owner = row.organisation_id
    rows = [{"organisation_id": owner, "topic": topic, "payload": {"ticket_id": str(each)}} for each in tickets]
    if rows:
        session.execute(insert(Outbox), rows)
