"""The mail that brings an expert the link, or reminds of it; no transaction waits for the mail server."""

from __future__ import annotations

import uuid
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records.base import now
from webapp.services.compose_mail import Addressee, Post, write_message
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.panel.expert_links import expert_link
from webapp.services.panel.find_panel import is_taking, last_day
from webapp.services.panel.open_expert_link import ExpertLink, read_expert_link
from webapp.services.panel.rated_items import rated_items


def send_expert_mail(
    session: Session, organisation_id: uuid.UUID, expert_id: uuid.UUID, settings: Settings, *, reminder: bool
) -> bool:
    """Send the link, or remind of it; returns whether it was still wanted and went out."""
    link = read_expert_link(session, organisation_id, expert_id)
    if not _wanted(link, reminder=reminder):
        return False
    situations = len(rated_items(session, link.panel))
    session.commit()
    try:
        deliver_mail(settings, organisation_id, compose_expert_mail(settings, link, situations, reminder=reminder))
        arrived = True
    except MailRefused:
        arrived = False
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    if arrived:
        link.expert.sent_at = link.expert.sent_at or now()
    else:
        link.expert.refused_at = now()
    session.commit()
    return arrived


def _wanted(link: ExpertLink, *, reminder: bool) -> bool:
    expert = link.expert
    if not is_taking(link.panel) or expert.withdrawn_at is not None or not expert.email:
        return False
    return not (reminder and expert.finished_at)


def compose_expert_mail(settings: Settings, link: ExpertLink, situations: int, *, reminder: bool) -> EmailMessage:
    """In the expert's language, else the company's."""
    addressee = Addressee(link.organisation, link.expert.name, link.expert.email or "", link.language)
    occasion = f"reminder {now():%Y-%m-%d}" if reminder else "link"
    post = Post(settings, addressee, uuid.uuid5(link.expert.link_id, occasion))
    with force_locale(link.language):
        words = {"company": link.organisation.name, "title": link.panel.title}
        subject = (
            _("%(company)s: “%(title)s” still waits for you", **words)
            if reminder
            else _("%(company)s asks for your judgement: “%(title)s”", **words)
        )
        return write_message(
            post,
            subject,
            "panel_invitation",
            panel=link.panel,
            link=expert_link(settings, link.expert.link_id),
            last_day=last_day(link.panel),
            situations=situations,
            reminder=reminder,
        )
