"""Invite people to a vacancy: all of a list, or nobody."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import Applicant, Invitation, Vacancy
from webapp.records.base import new_id
from webapp.services.blind.draw_codes import free_codes
from webapp.services.compose_mail import invitation_link
from webapp.services.edit_vacancy import takes_applicants
from webapp.services.links.link_that_opens import make_link
from webapp.services.namesakes import Namesake, namesakes_in, namesakes_there
from webapp.services.queue_work import queue_work
from webapp.services.read_invitation_list import Person
from webapp.services.read_vacancy import get_vacancy, lock_vacancy
from webapp.services.record_event import record_event

CHUNK = 400


@dataclass(frozen=True)
class Preview:
    """What would happen: who is new, and who is there already and is left alone."""

    new: tuple[Person, ...]
    known: tuple[Person, ...]
    namesakes: tuple[Namesake, ...] = ()
    """Who may be somebody else of the list or of the vacancy: both are invited unless a line is taken out."""


@dataclass(frozen=True)
class Invited:
    """Somebody who was invited, with the link that is shown this once."""

    applicant_id: uuid.UUID
    name: str
    email: str
    link: str


def preview_invitations(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, people: Sequence[Person]
) -> Preview:
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    there = _known(session, vacancy, [person.email for person in people])
    new = tuple(person for person in people if person.email not in there)
    return Preview(
        new=new,
        known=tuple(person for person in people if person.email in there),
        namesakes=(*namesakes_in(new), *namesakes_there(session, vacancy, new)),
    )


def invite_applicants(
    session: Session,
    organisation_id: uuid.UUID,
    vacancy_id: uuid.UUID,
    people: Sequence[Person],
    *,
    user_id: uuid.UUID,
    settings: Settings,
) -> list[Invited]:
    """Invite everybody of the list who is not there yet; mails go out after the transaction."""
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    if not takes_applicants(vacancy):
        raise Conflict(_("This vacancy is closed. Open it again before you invite people."))
    lock_vacancy(session, vacancy)
    new = preview_invitations(session, organisation_id, vacancy_id, people).new
    codes = free_codes(session, vacancy, len(new))
    invited = [
        _invite(session, vacancy, person, code, "list", settings) for person, code in zip(new, codes, strict=True)
    ]
    if invited:
        record_event(
            session,
            organisation_id,
            "applicants.invited",
            user_id=user_id,
            subject="vacancy",
            subject_id=vacancy.id,
            number=len(invited),
        )
    session.flush()
    return invited


def invite_one(session: Session, vacancy: Vacancy, person: Person, source: str, settings: Settings) -> Invited:
    """Add one applicant with a personal link, and queue the mail that brings it."""
    (code,) = free_codes(session, vacancy, 1)
    return _invite(session, vacancy, person, code, source, settings)


def _invite(session: Session, vacancy: Vacancy, person: Person, code: str, source: str, settings: Settings) -> Invited:
    applicant = Applicant(
        organisation_id=vacancy.organisation_id,
        id=new_id(),
        vacancy_id=vacancy.id,
        name=person.name,
        email=person.email,
        code=code,
        language=person.language if person.language in vacancy.languages else "",
        source=source,
    )
    session.add(applicant)
    invitation = add_link(session, vacancy, applicant, settings)
    return Invited(applicant.id, applicant.name, applicant.email, invitation_link(settings, invitation.id))


def add_link(session: Session, vacancy: Vacancy, applicant: Applicant, settings: Settings) -> Invitation:
    """A personal link, with the mail that brings it."""
    invitation = make_link(session, vacancy, applicant, settings)
    queue_work(session, vacancy.organisation_id, "mail.invitation", invitation_id=invitation.id)
    return invitation


def _known(session: Session, vacancy: Vacancy, emails: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(emails), CHUNK):
        found.update(
            session.scalars(
                select(Applicant.email).where(
                    Applicant.organisation_id == vacancy.organisation_id,
                    Applicant.vacancy_id == vacancy.id,
                    Applicant.email.in_(emails[start : start + CHUNK]),
                )
            )
        )
    return found
