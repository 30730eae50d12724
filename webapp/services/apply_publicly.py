"""Somebody asks for a link through a vacancy's public address. The answer never tells who is known."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.errors import Gone, Invalid
from webapp.records import Applicant, Organisation, Vacancy
from webapp.records.base import now
from webapp.services.edit_vacancy import find_by_public_code, takes_applicants
from webapp.services.invite_applicants import invite_one
from webapp.services.links.answer_requests import PAUSE, send_new_link
from webapp.services.links.link_that_opens import newest_invitation
from webapp.services.read_invitation_list import Person, clean_name, is_address
from webapp.services.read_vacancy import lock_vacancy

LINK = re.compile(r"://|www\.|@|\S\.\S+/", re.IGNORECASE)


def public_vacancy(session: Session, code: str) -> tuple[Organisation, Vacancy]:
    """The open vacancy behind a public link; `Gone` where it has ended."""
    vacancy = find_by_public_code(session, code)
    if not takes_applicants(vacancy):
        raise Gone(_("This vacancy is closed, so the questionnaire can no longer be taken."))
    return session.get_one(Organisation, vacancy.organisation_id), vacancy


def apply_publicly(session: Session, code: str, *, name: str, email: str, language: str, settings: Settings) -> None:
    """Queue a mail with the personal link: a new one, or the one that is there."""
    _organisation, vacancy = public_vacancy(session, code)
    person = _person(vacancy, name, email, language)
    lock_vacancy(session, vacancy)
    applicant = session.scalar(
        select(Applicant).where(
            Applicant.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            Applicant.email == person.email,
        )
    )
    if applicant is None:
        invite_one(session, vacancy, person, "public", settings)
    else:
        _send_again(session, applicant, settings)
    session.flush()


def _person(vacancy: Vacancy, name: str, email: str, language: str) -> Person:
    faults = []
    # The mail greets by this name, and anybody may ask for it to be sent to anybody.
    if not clean_name(name) or LINK.search(name):
        faults.append(_("Give your name."))
    if not is_address(email.strip()):
        faults.append(_("Give a full e-mail address, such as name@example.org."))
    if language not in vacancy.languages:
        offered = ", ".join(LANGUAGES[code] for code in vacancy.languages)
        faults.append(_("Choose one of these languages: %(languages)s.", languages=offered))
    if faults:
        raise Invalid(faults)
    return Person(1, clean_name(name), email.strip().lower(), language)


def _send_again(session: Session, applicant: Applicant, settings: Settings) -> None:
    """Somebody else may have typed the address: nothing about the person is changed, and mails keep a distance."""
    invitation = newest_invitation(session, applicant)
    last = (invitation.sent_at or invitation.created_at) if invitation else None
    if last is None or now() - last >= PAUSE:
        send_new_link(session, applicant, settings)
