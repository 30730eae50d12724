"""The mail that brings a member of staff the link to the questionnaire, or reminds of it."""

from __future__ import annotations

import uuid
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.errors import NotFound
from webapp.records import Organisation, Sitting, StaffInvitation, StaffMember
from webapp.records.base import now
from webapp.services.compose_mail import Addressee, Post, write_message
from webapp.services.deliver_mail import MailRefused, deliver_mail
from webapp.services.record_event import record_event
from webapp.services.staff.presence import works_here
from webapp.services.staff_sittings.invite_staff import staff_link


def send_staff_mail(
    session: Session, organisation_id: uuid.UUID, invitation_id: uuid.UUID, settings: Settings, *, reminder: bool
) -> bool:
    """Send the link, or remind of it; returns whether it was still wanted. No event tells who was reminded."""
    invitation = session.get(StaffInvitation, (organisation_id, invitation_id))
    if invitation is None:
        raise NotFound
    member = session.get_one(StaffMember, (organisation_id, invitation.staff_member_id))
    if not _wanted(session, invitation, member):
        return False
    organisation = session.get_one(Organisation, organisation_id)
    message = compose_staff_mail(settings, organisation, member, invitation, reminder=reminder)
    session.commit()
    refused = _refusal(settings, organisation_id, message)
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    if refused is None:
        invitation.sent_at = invitation.sent_at or now()
    elif not reminder:
        # Only of the first mail: of a reminder it would tell who has not answered yet.
        what = "staff.mail_refused"
        record_event(session, organisation_id, what, subject="staff_member", subject_id=member.id, code=refused)
    session.commit()
    return refused is None


def _refusal(settings: Settings, organisation_id: uuid.UUID, message: EmailMessage) -> int | None:
    """The code with which the mail server refused the address for good, which no further try mends."""
    try:
        deliver_mail(settings, organisation_id, message)
    except MailRefused as refusal:
        return refusal.code
    return None


def _wanted(session: Session, invitation: StaffInvitation, member: StaffMember) -> bool:
    if invitation.withdrawn_at is not None or invitation.expires_at <= now():
        return False
    if not invitation.email or not works_here(member):
        return False
    sitting = (
        session.get(Sitting, (invitation.organisation_id, invitation.sitting_id)) if invitation.sitting_id else None
    )
    return sitting is None or sitting.state == "started"


def compose_staff_mail(
    settings: Settings, organisation: Organisation, member: StaffMember, invitation: StaffInvitation, *, reminder: bool
) -> EmailMessage:
    """In the member's language, else the company's; to the address for which the link was made."""
    language = next(code for code in (member.language, organisation.language, "en") if code in LANGUAGES)
    occasion = f"reminder {now():%Y-%m-%d}" if reminder else f"link {invitation.serial}"
    post = Post(
        settings, Addressee(organisation, member.name, invitation.email, language), uuid.uuid5(invitation.id, occasion)
    )
    with force_locale(language):
        company = organisation.name
        subject = (
            _("%(company)s: the questionnaire still waits for you", company=company)
            if reminder
            else _("%(company)s: a questionnaire for the staff", company=company)
        )
        return write_message(
            post,
            subject,
            "staff_invitation",
            link=staff_link(settings, invitation),
            expires_at=invitation.expires_at,
            reminder=reminder,
        )
