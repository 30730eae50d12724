"""What a mail says now, from the rows as they are when it goes out; None where nobody wants it any more."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Applicant, Confirmation, Invitation, Mail, Organisation, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.acknowledge import receipt_lines
from webapp.services.compose_mail import (
    Post,
    addressee_of,
    compose_confirmation,
    compose_invitation,
    compose_new_link,
    compose_receipt,
    compose_reminder,
)
from webapp.services.messages.compose_message import compose_message

Composed = EmailMessage | None


def composed(session: Session, mail: Mail, settings: Settings) -> Composed:
    """The mail as it is to go out now."""
    return KINDS[mail.kind](session, mail, settings)


def _post(session: Session, mail: Mail, settings: Settings, language: str = "") -> tuple[Post, Applicant, Vacancy]:
    owner = mail.organisation_id
    applicant = session.get_one(Applicant, (owner, mail.applicant_id))
    addressee = addressee_of(session.get_one(Organisation, owner), applicant, language)
    vacancy = session.get_one(Vacancy, (owner, applicant.vacancy_id))
    return Post(settings, addressee, mail.id), applicant, vacancy


def _opening(session: Session, mail: Mail) -> Invitation | None:
    """The link, where it still opens."""
    invitation = session.get_one(Invitation, (mail.organisation_id, mail.about_id))
    return None if invitation.withdrawn_at is not None or invitation.expires_at <= now() else invitation


def _invitation(session: Session, mail: Mail, settings: Settings) -> Composed:
    invitation = _opening(session, mail)
    post, _applicant, vacancy = _post(session, mail, settings)
    return compose_invitation(post, vacancy, invitation) if invitation else None


def _reminder(session: Session, mail: Mail, settings: Settings) -> Composed:
    invitation = _opening(session, mail)
    post, applicant, vacancy = _post(session, mail, settings)
    if invitation is None or applicant.state not in ("invited", "started") or vacancy.state != "open":
        return None
    return compose_reminder(post, vacancy, invitation, begun=applicant.state == "started")


def _new_link(session: Session, mail: Mail, settings: Settings) -> Composed:
    invitation = _opening(session, mail)
    post, applicant, vacancy = _post(session, mail, settings)
    return compose_new_link(post, vacancy, invitation) if invitation and applicant.state != "withdrawn" else None


def _receipt(session: Session, mail: Mail, settings: Settings) -> Composed:
    sitting = session.get_one(Sitting, (mail.organisation_id, mail.about_id))
    if sitting.state != "submitted":
        return None
    post, applicant, vacancy = _post(session, mail, settings, sitting.language)
    link = newest_link(session, mail.organisation_id, applicant.id)
    lines = receipt_lines(session, mail.organisation_id, sitting.id, settings.secret_key)
    return compose_receipt(post, vacancy, sitting, link, lines)


def _confirmation(session: Session, mail: Mail, settings: Settings) -> Composed:
    row = session.get_one(Confirmation, (mail.organisation_id, mail.about_id))
    post, _applicant, vacancy = _post(session, mail, settings)
    return compose_confirmation(post, vacancy) if row.state == "arranged" else None


def newest_link(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID) -> Invitation | None:
    """The newest link that was not withdrawn."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.applicant_id == applicant_id,
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(1)
    ).first()


KINDS: dict[str, Callable[[Session, Mail, Settings], Composed]] = {
    "invitation": _invitation,
    "reminder": _reminder,
    "new_link": _new_link,
    "receipt": _receipt,
    "confirmation": _confirmation,
    "message": compose_message,
}
