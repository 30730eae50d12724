"""What a link of the monitor leads to. Looking changes nothing: mail scanners look too."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from webapp.errors import Gone, NotFound
from webapp.languages import said_date
from webapp.records import Monitor, MonitorTicket, Organisation, StaffMember
from webapp.security import token_hash
from webapp.services.monitor.find_monitor import asked_by, last_day, takes_ballots
from webapp.services.monitor.groups import Group
from webapp.services.staff.presence import works_here


@dataclass(frozen=True)
class Entrance:
    """A ticket, the monitor that it belongs to, and what is asked."""

    organisation: Organisation
    monitor: Monitor
    ticket: MonitorTicket
    person: StaffMember
    questionnaire: Questionnaire

    @property
    def group(self) -> Group:
        groups = (Group.from_plain(each) for each in self.monitor.groups)
        return next(each for each in groups if each.number == self.ticket.group_number)

    @property
    def language(self) -> str:
        wanted = (self.person.language, self.organisation.language)
        return next((code for code in wanted if code in self.questionnaire.languages), "en")


def open_ticket(session: Session, token: str) -> Entrance:
    row = session.scalar(select(MonitorTicket).where(MonitorTicket.token_hash == token_hash(token)))
    if row is None:
        raise NotFound(_("We do not know this link. Check that the whole address was copied from your mail."))
    return read_ticket(session, row.organisation_id, row.id)


def read_ticket(session: Session, organisation_id: uuid.UUID, ticket_id: uuid.UUID) -> Entrance:
    row = session.get(MonitorTicket, (organisation_id, ticket_id))
    if row is None:
        raise NotFound
    monitor = session.get_one(Monitor, (organisation_id, row.monitor_id))
    return Entrance(
        organisation=session.get_one(Organisation, organisation_id),
        monitor=monitor,
        ticket=row,
        person=session.get_one(StaffMember, (organisation_id, row.staff_member_id)),
        questionnaire=asked_by(monitor),
    )


def check_open(entrance: Entrance) -> None:
    """Say kindly why nothing can be given here any more."""
    company = entrance.organisation.name
    if not works_here(entrance.person):
        raise Gone(_("This link belonged to somebody who no longer works at %(company)s.", company=company))
    if not takes_ballots(entrance.monitor):
        raise Gone(closed_words(entrance.monitor))


def closed_words(row: Monitor) -> str:
    ended = row.closed_at.date() if row.closed_at and row.closed_at < row.closes_at else last_day(row)
    return str(
        _(
            "This year's questions closed on %(day)s. Whoever sent their answers by then is counted; nothing more can "
            "be added.",
            day=said_date(ended),
        )
    )
