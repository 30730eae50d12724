"""What a recruiter sees of a person: the name, or where names are hidden a code that says nothing.

Whatever shows, sends, exports, searches or links a person in the recruiter's room asks here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Applicant, Vacancy
from webapp.records.names import LETTERS


@dataclass(frozen=True)
class Face:
    """A person as this vacancy shows them; name and address are empty where they are hidden."""

    code: str
    name: str
    address: str
    hidden: bool

    @property
    def label(self) -> str:
        """What the person is called on a page."""
        return self.name or self.address or self.code


def is_hidden(vacancy: Vacancy, applicant: Applicant) -> bool:
    return (vacancy.blind or vacancy.blind_required) and applicant.revealed_at is None


def face_of(vacancy: Vacancy, applicant: Applicant) -> Face:
    code = spelled(applicant.code)
    if is_hidden(vacancy, applicant):
        return Face(code, "", "", hidden=True)
    return Face(code, applicant.name, applicant.email, hidden=False)


def spelled(code: str) -> str:
    """The code in groups of three, as it is shown and stands in addresses."""
    return "-".join(code[start : start + 3] for start in range(0, len(code), 3))


def plain_code(text: str) -> str:
    """The code as it is kept, from what somebody wrote: upper case, and no other signs."""
    return "".join(sign for sign in text.upper() if sign in LETTERS)


def find_by_code(session: Session, vacancy: Vacancy, code: str) -> Applicant:
    """The applicant of this vacancy with this code."""
    found = session.scalar(
        select(Applicant).where(
            Applicant.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            Applicant.code == plain_code(code),
        )
    )
    if found is None:
        raise NotFound
    return found


def applicant_id_of(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, code: str) -> uuid.UUID:
    vacancy = session.get(Vacancy, (organisation_id, vacancy_id))
    if vacancy is None:
        raise NotFound
    return find_by_code(session, vacancy, code).id
