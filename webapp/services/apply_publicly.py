"""Somebody asks for a link through a vacancy's public address. The answer never tells who is known."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.errors import Conflict, Gone, Invalid
from webapp.languages import said_date
from webapp.records import LinkRequest, Organisation, Vacancy
from webapp.services.edit_vacancy import find_by_public_code, has_opened, takes_applicants
from webapp.services.read_invitation_list import LONGEST_NAME, Person, clean_name, is_address, plain_address

LINK = re.compile(r"://|www\.|@|\S\.\S+/", re.IGNORECASE)


def public_vacancy(session: Session, code: str) -> tuple[Organisation, Vacancy]:
    """The open vacancy behind a public link; `Gone` where it has ended."""
    vacancy = find_by_public_code(session, code)
    if not takes_applicants(vacancy):
        raise Gone(_("This vacancy is closed, so the questionnaire can no longer be taken."))
    return session.get_one(Organisation, vacancy.organisation_id), vacancy


def apply_publicly(session: Session, code: str, *, name: str, email: str, language: str) -> None:
    """Write down who applies: the worker finds out whether they are known, so that no time here tells it."""
    _organisation, vacancy = public_vacancy(session, code)
    if vacancy.opens_at is not None and not has_opened(vacancy):
        raise Conflict(_("From %(day)s on you can apply here.", day=said_date(vacancy.opens_at)))
    person = _person(vacancy, name, email, language)
    session.add(
        LinkRequest(
            organisation_id=vacancy.organisation_id,
            vacancy_id=vacancy.id,
            email=person.email,
            name=person.name,
            language=person.language,
        )
    )
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
    return Person(1, clean_name(name)[:LONGEST_NAME], plain_address(email), language)
