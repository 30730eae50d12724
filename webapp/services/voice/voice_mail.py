"""The mails of the box: to everybody the two links, to an owner that a note waits."""

from __future__ import annotations

import uuid
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.errors import NotFound
from webapp.records import Organisation, StaffMember, VoiceLink
from webapp.records.base import now
from webapp.services.compose_mail import Addressee, Post, write_message
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.record_event import record_event
from webapp.services.staff.presence import works_here
from webapp.services.voice.box import find_box, shared_link
from webapp.services.voice.read_notes import find_note
from webapp.services.voice.send_links import personal_address, personal_link


def send_link_mail(session: Session, organisation_id: uuid.UUID, link_id: uuid.UUID, settings: Settings) -> bool:
    """Send both links; returns whether they were still wanted and the address took them."""
    link = session.get(VoiceLink, (organisation_id, link_id))
    box = find_box(session, organisation_id)
    if link is None or box is None:
        raise NotFound
    person = session.get_one(StaffMember, (organisation_id, link.staff_member_id))
    if not works_here(person) or not link.email:
        return False
    addressee = addressee_of_staff(session, person, link.email)
    post = Post(settings, addressee, uuid.uuid5(link.link_id, "voice"))
    message = _compose(
        post, "voice_link", link=personal_address(settings, link), shared=shared_link(settings, box), taking=box.taking
    )
    return deliver(session, person, message, settings)


def send_owner_mail(session: Session, organisation_id: uuid.UUID, note_id: uuid.UUID, settings: Settings) -> bool:
    """Tell the owner that a note waits; the mail holds its topic and not its words."""
    told = find_note(session, organisation_id, note_id)
    owner = session.get(StaffMember, (organisation_id, told.note.owner_id)) if told.note.owner_id else None
    if owner is None or told.state not in ("open", "overdue") or not owner.email or not works_here(owner):
        return False
    link = personal_link(session, owner, settings)
    addressee = addressee_of_staff(session, owner, link.email)
    post = Post(settings, addressee, uuid.uuid5(note_id, f"owner {owner.id} {now():%Y-%m-%d}"))
    message = _compose(post, "voice_owner", link=personal_address(settings, link), note=told.note)
    return deliver(session, owner, message, settings)


def addressee_of_staff(session: Session, person: StaffMember, email: str) -> Addressee:
    organisation = session.get_one(Organisation, person.organisation_id)
    language = next(code for code in (person.language, organisation.language, "en") if code in LANGUAGES)
    return Addressee(organisation, person.name, email, language)


def _compose(post: Post, template: str, **values: object) -> EmailMessage:
    with force_locale(post.addressee.language):
        return write_message(post, SUBJECTS[template](post.addressee.organisation.name), template, **values)


SUBJECTS = {
    "voice_link": lambda company: _("%(company)s: say what should be better, and read the answers", company=company),
    "voice_owner": lambda company: _("%(company)s: a note from the staff waits for your answer", company=company),
}


def deliver(session: Session, person: StaffMember, message: EmailMessage, settings: Settings) -> bool:
    """The transaction ends before the mail server is spoken to; an address refused for good is written down."""
    session.commit()
    try:
        deliver_mail(settings, person.organisation_id, message)
    except MailRefused as refusal:
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        what = "voice.mail_refused"
        owner = person.organisation_id
        record_event(session, owner, what, subject="staff_member", subject_id=person.id, code=refusal.code)
        session.commit()
        return False
    return True
