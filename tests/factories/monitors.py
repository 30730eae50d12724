"""A company's loyalty monitor, and people who answer it over HTTP."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import shelf
from tests.factories import rounds
from webapp.config import Settings
from webapp.records import Monitor, MonitorTicket, Organisation
from webapp.records.base import now
from webapp.services.monitor.draft_monitor import MonitorPlan, draft_monitor
from webapp.services.monitor.find_monitor import LIBRARY
from webapp.services.monitor.give_ballot import put_in, spend_ticket
from webapp.services.monitor.open_monitor import open_monitor, ticket_link

ITEMS = [item.id for item in shelf.get(LIBRARY).items]


def plan(year: int = 0, days: int = 20, reminders: tuple[int, ...] = ()) -> MonitorPlan:
    return MonitorPlan(year or now().year, now().date() + dt.timedelta(days=days), reminders)


def draft(session: Session, where: rounds.House, *, year: int = 0, reminders: tuple[int, ...] = ()) -> Monitor:
    row = draft_monitor(session, where.company.id, plan(year, reminders=reminders), user_id=where.hr.id)
    session.commit()
    return row


def opened(session: Session, where: rounds.House, settings: Settings, **values: object) -> Monitor:
    row = draft(session, where, **values)  # type: ignore[arg-type]
    open_monitor(session, where.company.id, row.id, settings, user_id=where.hr.id)
    session.commit()
    return row


def tickets(session: Session, row: Monitor) -> list[MonitorTicket]:
    found = list(session.scalars(select(MonitorTicket).where(MonitorTicket.monitor_id == row.id)))
    session.commit()  # a reader that lingers could not write after somebody else has
    return sorted(found, key=lambda each: str(each.id))


def link(settings: Settings, ticket: MonitorTicket) -> str:
    return ticket_link(settings, ticket.link_id).removeprefix(settings.base_url)


def answers(seed: int) -> dict[str, str]:
    chance = random.Random(seed)
    return {item: str(chance.randint(1, 5)) for item in ITEMS}


def vote(session: Session, settings: Settings, ticket: MonitorTicket, seed: int) -> None:
    """Both steps without the pages, which take their time to be checked."""
    slot = spend_ticket(session, link(settings, ticket).removeprefix("/m/"))
    session.commit()
    put_in(session, slot, {item: int(value) for item, value in answers(seed).items()})
    session.commit()


def send(client: FlaskClient, address: str, given: Mapping[str, str]) -> int:
    """Open the statements and send them as a browser does."""
    client.get(f"{address}/statements")
    form = {f"s:{item}": value for item, value in given.items()}
    status: int = client.send(f"{address}/statements", form).status_code  # type: ignore[attr-defined]
    return status


def one(session: Session, company: Organisation) -> Monitor:
    """A draft."""
    row = Monitor(organisation_id=company.id, year=now().year, closes_at=now() + dt.timedelta(days=9))
    session.add(row)
    session.flush()
    return row
