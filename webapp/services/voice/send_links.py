"""Personal links to the box: one for each member of the staff, made again whenever a mail needs it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import StaffMember, VoiceLink
from webapp.records.base import new_id, now
from webapp.services.queue_work import queue_work
from webapp.services.record_event import record_event
from webapp.services.staff.presence import is_present
from webapp.services.voice.box import PERSONAL, find_box, link_hash, link_token


def personal_address(settings: Settings, link: VoiceLink) -> str:
    """HR is never shown it: it opens the box in somebody's name."""
    return f"{settings.base_url}/voice/me/{link_token(settings.secret_key, PERSONAL, link.link_id)}"


def personal_link(session: Session, person: StaffMember, settings: Settings) -> VoiceLink:
    """The person's link, made where there is none yet."""
    known = select(VoiceLink).where(
        VoiceLink.organisation_id == person.organisation_id, VoiceLink.staff_member_id == person.id
    )
    link = link_that_holds(session.scalar(known), person, settings)
    session.add(link)
    session.flush()
    return link


def link_that_holds(link: VoiceLink | None, person: StaffMember, settings: Settings) -> VoiceLink:
    """A changed address gets another link, and the old one ends."""
    if link is not None and link.email == person.email:
        return link
    link = link or VoiceLink(organisation_id=person.organisation_id, id=new_id(), staff_member_id=person.id)
    link.email, link.link_id, link.sent_at = person.email, uuid.uuid4(), None
    link.token_hash = link_hash(settings.secret_key, PERSONAL, link.link_id)
    return link


def send_voice_links(session: Session, organisation_id: uuid.UUID, *, user_id: uuid.UUID, settings: Settings) -> int:
    """Mail both links to everybody who has an address and has not got them yet; returns how many."""
    box = find_box(session, organisation_id)
    if box is None or not box.taking:
        raise Conflict(_("Open the box first."))
    known = {each.staff_member_id: each for each in _links(session, organisation_id)}
    links = [link_that_holds(known.get(each.id), each, settings) for each in _reachable(session, organisation_id)]
    waiting = [each for each in links if each.sent_at is None]
    for link in waiting:
        link.sent_at = now()
        session.add(link)
        queue_work(session, organisation_id, "mail.voice_link", link_id=link.id)
    number = len(waiting)
    record_event(session, organisation_id, "voice.links_sent", user_id=user_id, subject="voice_box", number=number)
    session.flush()
    return number


def _links(session: Session, organisation_id: uuid.UUID) -> Iterable[VoiceLink]:
    return session.scalars(select(VoiceLink).where(VoiceLink.organisation_id == organisation_id))


def _reachable(session: Session, organisation_id: uuid.UUID) -> Iterable[StaffMember]:
    here = select(StaffMember).where(StaffMember.organisation_id == organisation_id, is_present())
    return session.scalars(here.where(StaffMember.email != "").order_by(StaffMember.code))
