"""The mails of the monitor: the link, and the reminder of it."""

from __future__ import annotations

import uuid
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import MonitorTicket
from webapp.records.base import now
from webapp.services.compose_mail import Addressee, Post, write_message
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.monitor.find_monitor import last_day, takes_ballots
from webapp.services.monitor.open_monitor import ticket_link
from webapp.services.monitor.open_ticket import Entrance, read_ticket
from webapp.services.record_event import record_event
from webapp.services.staff.presence import works_here


def send_monitor_mail(
    session: Session, organisation_id: uuid.UUID, ticket_id: uuid.UUID, settings: Settings, *, reminder: bool
) -> bool:
    """Send the link, or remind of it; returns whether it was still wanted. No event tells who was reminded."""
    entrance = read_ticket(session, organisation_id, ticket_id)
    if not takes_ballots(entrance.monitor) or not works_here(entrance.person) or entrance.ticket.used:
        return False
    message = compose_monitor_mail(settings, entrance, reminder=reminder)
    session.commit()
    refused = _refusal(settings, organisation_id, message)
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    if refused is None:
        of_this = (MonitorTicket.organisation_id == organisation_id, MonitorTicket.id == ticket_id)
        session.execute(update(MonitorTicket).where(*of_this, MonitorTicket.sent.is_(False)).values(sent=True))
    elif not reminder:
        # Only of the first mail: of a reminder it would tell who has not answered.
        what, person = "monitor.mail_refused", entrance.person.id
        record_event(session, organisation_id, what, subject="staff_member", subject_id=person, code=refused)
    session.commit()
    return refused is None


def _refusal(settings: Settings, organisation_id: uuid.UUID, message: EmailMessage) -> int | None:
    try:
        deliver_mail(settings, organisation_id, message)
    except MailRefused as refusal:
        return refusal.code
    return None


def compose_monitor_mail(settings: Settings, entrance: Entrance, *, reminder: bool) -> EmailMessage:
    """In the person's language, to the address for which the link was made."""
    ticket, company = entrance.ticket, entrance.organisation
    occasion = f"reminder {now():%Y-%m-%d}" if reminder else "link"
    addressee = Addressee(company, entrance.person.name, ticket.email, entrance.language)
    post = Post(settings, addressee, uuid.uuid5(ticket.link_id, occasion))
    with force_locale(entrance.language):
        subject = (
            _("%(company)s: there is still time to say what it is like to work here", company=company.name)
            if reminder
            else _("%(company)s: what is it like to work here?", company=company.name)
        )
        return write_message(
            post,
            subject,
            "monitor",
            link=ticket_link(settings, ticket.link_id),
            last_day=last_day(entrance.monitor),
            statements=len(entrance.questionnaire.items),
            reminder=reminder,
        )
