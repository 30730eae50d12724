"""An invitation that reached nobody: another address, or none. Whom it is about is said by the address alone."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict, Invalid
from webapp.records import Applicant, Invitation, Vacancy
from webapp.records.base import now
from webapp.services.edit_vacancy import takes_applicants
from webapp.services.invite_applicants import add_link
from webapp.services.mails.state_of_mails import undelivered
from webapp.services.manage_invitation import withdraw
from webapp.services.read_invitation_list import is_address, plain_address
from webapp.services.read_vacancy import get_vacancy, lock_vacancy
from webapp.services.record_event import record_event


def mend_address(
    session: Session,
    organisation_id: uuid.UUID,
    vacancy_id: uuid.UUID,
    address: str,
    right: str,
    *,
    user_id: uuid.UUID,
    settings: Settings,
) -> None:
    """Send a new link to the right address; the old link ends, since somebody else may read the old one."""
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    if not takes_applicants(vacancy):
        raise Conflict(_("This vacancy is closed. Open it again before you invite people."))
    if not is_address(right.strip()):
        raise Invalid([_("Give a full e-mail address, such as name@example.org.")])
    lock_vacancy(session, vacancy)
    applicant = _unreached(session, vacancy, address)
    _refuse_taken(session, vacancy, plain_address(right))
    _end_links(session, applicant)
    applicant.email = plain_address(right)
    add_link(session, vacancy, applicant, settings)
    record_event(
        session,
        organisation_id,
        "contact.address_mended",
        user_id=user_id,
        subject="applicant",
        subject_id=applicant.id,
    )
    session.flush()


def take_back(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, address: str, *, user_id: uuid.UUID
) -> None:
    """Withdraw an invitation that reached nobody."""
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    withdraw(session, organisation_id, _unreached(session, vacancy, address).id, user_id=user_id)


def _unreached(session: Session, vacancy: Vacancy, address: str) -> Applicant:
    found = undelivered(session, vacancy.organisation_id, vacancy.id, plain_address(address))
    if not found:
        raise Conflict(_("This invitation was mended, taken back or delivered meanwhile. Nothing was changed now."))
    return found[0]


def _refuse_taken(session: Session, vacancy: Vacancy, address: str) -> None:
    taken = session.scalar(
        select(Applicant.id).where(
            Applicant.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            Applicant.email == address,
        )
    )
    if taken is not None:
        raise Conflict(_("This address is in this vacancy already. Take the invitation back instead."))


def _end_links(session: Session, applicant: Applicant) -> None:
    links = session.scalars(
        select(Invitation).where(
            Invitation.organisation_id == applicant.organisation_id,
            Invitation.applicant_id == applicant.id,
            Invitation.withdrawn_at.is_(None),
        )
    )
    for link in links:
        link.withdrawn_at = now()
