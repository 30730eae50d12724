"""Send one mail for one organisation. Called by background jobs, with the site's surroundings around it.

Each call ends the transaction it finds: a slow mail server must never hold the database's write lock.
A job that is repeated after a crash may send a mail twice; it never loses one.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import NotFound
from webapp.records import Applicant, Invitation, Organisation, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.compose_mail import addressee_of, compose_invitation, compose_receipt
from webapp.services.deliver_mail import deliver_mail
from webapp.services.record_event import record_event


def send_invitation(session: Session, organisation_id: uuid.UUID, invitation_id: uuid.UUID, settings: Settings) -> bool:
    """Send the personal link; returns whether it was still wanted."""
    invitation = _get(session, Invitation, organisation_id, invitation_id)
    if invitation.withdrawn_at is not None or invitation.expires_at <= now():
        return False
    organisation, applicant, vacancy = _around(session, organisation_id, invitation.applicant_id)
    message = compose_invitation(settings, addressee_of(organisation, applicant), vacancy, invitation)
    session.commit()
    deliver_mail(settings, organisation_id, message)
    _begin_writing(session)
    invitation.sent_at = now()
    record_event(session, organisation_id, "invitation.sent", subject="applicant", subject_id=applicant.id)
    session.commit()
    return True


def send_receipt(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, settings: Settings) -> bool:
    """Confirm a submitted sitting to its applicant; staff get no such mail."""
    sitting = _get(session, Sitting, organisation_id, sitting_id)
    if sitting.applicant_id is None or sitting.state != "submitted":
        return False
    organisation, applicant, vacancy = _around(session, organisation_id, sitting.applicant_id)
    addressee = addressee_of(organisation, applicant, sitting.language)
    message = compose_receipt(settings, addressee, vacancy, sitting, _link_of(session, applicant))
    session.commit()
    deliver_mail(settings, organisation_id, message)
    _begin_writing(session)
    record_event(session, organisation_id, "receipt.sent", subject="applicant", subject_id=applicant.id)
    session.commit()
    return True


def _around(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID
) -> tuple[Organisation, Applicant, Vacancy]:
    organisation = session.get_one(Organisation, organisation_id)
    applicant = _get(session, Applicant, organisation_id, applicant_id)
    return organisation, applicant, _get(session, Vacancy, organisation_id, applicant.vacancy_id)


def _get(session: Session, table: type[Any], organisation_id: uuid.UUID, row_id: uuid.UUID) -> Any:
    row = session.get(table, (organisation_id, row_id))
    if row is None:
        raise NotFound
    return row


def _link_of(session: Session, applicant: Applicant) -> Invitation | None:
    """The newest link that still opens."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == applicant.organisation_id,
            Invitation.applicant_id == applicant.id,
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.created_at.desc())
        .limit(1)
    ).first()


def _begin_writing(session: Session) -> None:
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
