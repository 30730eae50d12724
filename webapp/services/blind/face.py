"""What a recruiter sees of a person: the name, or where names are hidden a code that says nothing.

Whatever shows, sends, exports, searches or links a person in the recruiter's room asks here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Applicant, Vacancy
from webapp.records.names import LETTERS

REUSED = "reused"


class Somebody(Protocol):
    """A person's row, or its columns that show whom it is of."""

    code: str
    name: str
    email: str
    revealed_at: dt.datetime | None


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


def is_blind(vacancy: Vacancy) -> bool:
    """Whether names are hidden here until a decision is recorded."""
    return vacancy.blind or vacancy.blind_required


def is_hidden(vacancy: Vacancy, applicant: Somebody | Row[Any]) -> bool:
    return is_blind(vacancy) and applicant.revealed_at is None


def may_tell(vacancy: Vacancy, applicant: Applicant, written_at: dt.datetime) -> bool:
    """Whether free words of this moment may be shown: what was written when names stood there may hold one.

    Words are never searched for the name: whoever may write could then try names until one is refused.
    """
    if not is_hidden(vacancy, applicant):
        return True
    since = [moment for moment in (vacancy.blinded_at, applicant.hidden_at) if moment is not None]
    return vacancy.blinded_at is not None and written_at >= max(since)


def may_date(vacancy: Vacancy, applicant: Applicant) -> bool:
    """Whether it may be shown when and how somebody was invited, and in which language they answer.

    Whoever gave the list knows all of it, and where few are alike it names one of them.
    """
    return not is_hidden(vacancy, applicant)


def told_flags(flags: Iterable[str], *, hidden: bool) -> tuple[str, ...]:
    """The flags that may stand beside somebody. A result that was reused stands beside a name in an earlier vacancy:
    that it was reused tells for whom to look there."""
    return tuple(flag for flag in flags if not (hidden and flag == REUSED))


def face_of(vacancy: Vacancy, applicant: Somebody | Row[Any]) -> Face:
    code = spelled(applicant.code)
    if is_hidden(vacancy, applicant):
        return Face(code, "", "", hidden=True)
    return Face(code, applicant.name, applicant.email, hidden=False)


def face_for_hr(applicant: Applicant, roles: Collection[str]) -> Face:
    """HR works with names. Whoever also recruits sees there what recruiters see: a name beside a result or a request
    of theirs would tell whose code it is."""
    if "recruiter" in roles:
        return face_of(applicant.vacancy, applicant)
    return Face(spelled(applicant.code), applicant.name, applicant.email, hidden=False)


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
