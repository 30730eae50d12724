"""Somebody applied at a vacancy's public link: who is new gets a place and a link, who is known the link again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Applicant, LinkRequest, Vacancy
from webapp.records.base import now
from webapp.services.edit_vacancy import takes_applicants
from webapp.services.invite_applicants import invite_one
from webapp.services.links.link_that_opens import newest_invitation
from webapp.services.links.send_new_link import PAUSE, send_new_link
from webapp.services.read_invitation_list import Person
from webapp.services.read_vacancy import lock_vacancy


def answer_application(session: Session, request: LinkRequest, settings: Settings) -> None:
    """Nothing happens where the vacancy has ended since."""
    vacancy = session.get_one(Vacancy, (request.organisation_id, request.vacancy_id))
    lock_vacancy(session, vacancy)
    if not takes_applicants(vacancy):
        return
    applicant = session.scalar(
        select(Applicant).where(
            Applicant.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            Applicant.email == request.email,
        )
    )
    if applicant is None:
        invite_one(session, vacancy, Person(1, request.name, request.email, request.language), "public", settings)
        session.flush()
    else:
        _send_again(session, applicant, settings)


def _send_again(session: Session, applicant: Applicant, settings: Settings) -> None:
    """Somebody else may have typed the address: nothing about the person is changed, and mails keep a distance."""
    invitation = newest_invitation(session, applicant)
    last = (invitation.sent_at or invitation.created_at) if invitation else None
    if last is None or now() - last >= PAUSE:
        send_new_link(session, applicant, settings)
