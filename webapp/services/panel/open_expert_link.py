"""What an expert's link leads to. Looking changes nothing: mail scanners look too."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Gone, NotFound
from webapp.languages import said_date
from webapp.records import ExpertPanel, Organisation, PanelExpert
from webapp.records.base import now
from webapp.security import token_hash
from webapp.services.lock_row import lock_row
from webapp.services.panel.find_panel import is_taking, last_day, lock_panel
from webapp.services.record_event import record_event


@dataclass(frozen=True)
class ExpertLink:
    """An expert, the panel that asks them, and on whose behalf."""

    organisation: Organisation
    panel: ExpertPanel
    expert: PanelExpert

    @property
    def language(self) -> str:
        """What the expert chose or HR knows, else the company's, as far as the questionnaire is written in it."""
        wanted = (self.expert.language, self.organisation.language)
        return next((code for code in wanted if code in self.panel.languages), self.panel.languages[0])


def open_expert_link(session: Session, token: str) -> ExpertLink:
    """Find what this link leads to, be it over or not."""
    row = session.scalar(select(PanelExpert).where(PanelExpert.token_hash == token_hash(token)))
    if row is None:
        raise NotFound(_("We do not know this link. Check that the whole address was copied from your mail."))
    return read_expert_link(session, row.organisation_id, row.id)


def read_expert_link(session: Session, organisation_id: uuid.UUID, expert_id: uuid.UUID) -> ExpertLink:
    row = session.get(PanelExpert, (organisation_id, expert_id))
    if row is None:
        raise NotFound
    return ExpertLink(
        organisation=session.get_one(Organisation, organisation_id),
        panel=session.get_one(ExpertPanel, (organisation_id, row.panel_id)),
        expert=row,
    )


def lock_expert(session: Session, organisation_id: uuid.UUID, expert_id: uuid.UUID) -> ExpertLink:
    """The expert, to be changed; the panel first, as closing takes them, so that the two never wait for each other."""
    known = session.get(PanelExpert, (organisation_id, expert_id))
    if known is None:
        raise NotFound
    lock_panel(session, organisation_id, known.panel_id, shared=True)
    lock_row(session, PanelExpert, organisation_id, expert_id)
    link = read_expert_link(session, organisation_id, expert_id)
    check_open(link)
    return link


def check_open(link: ExpertLink) -> None:
    """Say kindly why nothing can be given here any more."""
    if link.expert.withdrawn_at is not None:
        raise Gone(
            _("%(company)s has taken this invitation back. Nothing is kept of it.", company=link.organisation.name)
        )
    if not is_taking(link.panel):
        raise Gone(closed_words(link.panel))


def closed_words(panel: ExpertPanel) -> str:
    early = panel.closed_at is not None and panel.closed_at < panel.closes_at
    return _(
        "“%(title)s” closed on %(day)s, so nothing more can be added or changed. Thank you for your help.",
        title=panel.title,
        day=said_date(panel.closed_at if early and panel.closed_at else last_day(panel)),
    )


def enter_panel(session: Session, token: str, language: str = "") -> ExpertLink:
    """Begin, or go on; the second press finds what the first one made."""
    found = open_expert_link(session, token)
    link = lock_expert(session, found.organisation.id, found.expert.id)
    if language in link.panel.languages:
        link.expert.language = language
    if link.expert.entered_at is None:
        link.expert.entered_at = now()
        _record(session, link, "panel.begun")
    return link


def choose_expert_language(session: Session, organisation_id: uuid.UUID, expert_id: uuid.UUID, language: str) -> None:
    link = lock_expert(session, organisation_id, expert_id)
    if language in link.panel.languages:
        link.expert.language = language


def finish_panel(session: Session, organisation_id: uuid.UUID, expert_id: uuid.UUID) -> None:
    """The expert says to be done: no more reminders. Changes stay possible until the panel closes."""
    link = lock_expert(session, organisation_id, expert_id)
    if link.expert.finished_at is None:
        link.expert.finished_at = now()
        _record(session, link, "panel.finished")


def _record(session: Session, link: ExpertLink, action: str) -> None:
    record_event(session, link.organisation.id, action, subject="expert_panel", subject_id=link.panel.id)
