"""People of one name under different addresses: pointed out, never made one. Only a human can know."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Vacancy
from webapp.records.names import fold
from webapp.services.blind.face import is_blind
from webapp.services.read_invitation_list import Person

CHUNK = 400
SHOWN = 50


@dataclass(frozen=True)
class Namesake:
    """Somebody of a list, and who has the same name: a line of the list, or an address of the vacancy."""

    person: Person
    line: int | None = None
    address: str = ""


def name_key(name: str) -> str:
    """One for two spellings: no marks, no capitals, words in any order. Empty for one word: it says too little."""
    words = fold(name).split()
    return " ".join(sorted(words)) if len(words) > 1 else ""


def namesakes_in(people: Iterable[Person]) -> list[Namesake]:
    """Those whose name stands on an earlier line too."""
    first: dict[str, Person] = {}
    found = []
    for person in people:
        key = name_key(person.name)
        if key and key in first:
            found.append(Namesake(person, line=first[key].line))
        elif key:
            first[key] = person
    return found[:SHOWN]


def namesakes_there(session: Session, vacancy: Vacancy, people: Sequence[Person]) -> list[Namesake]:
    """Those whose name somebody of this vacancy has under another address."""
    named = [person for person in people if name_key(person.name)]
    there: dict[str, str] = {}
    for start in range(0, len(named), CHUNK):
        there |= _there(session, vacancy, [fold(each.name) for each in named[start : start + CHUNK]])
    found = [Namesake(each, address=there[name_key(each.name)]) for each in named if name_key(each.name) in there]
    return found[:SHOWN]


def others_called_so(session: Session, vacancy: Vacancy, people: Sequence[Applicant]) -> dict[uuid.UUID, str]:
    """The address of somebody else of this vacancy by the same name, by person: they may have applied twice.

    Nothing of it where names are hidden, and never more than one, the earliest.
    """
    named = {} if is_blind(vacancy) else {each.id: name_key(each.name) for each in people if name_key(each.name)}
    folded = sorted({each.name_folded for each in people if each.id in named})
    if not folded:
        return {}
    rows = session.execute(
        select(Applicant.id, Applicant.name, Applicant.email)
        .where(
            Applicant.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            or_(Applicant.name_folded.in_(folded), Applicant.name_turned.in_(folded)),
        )
        .order_by(Applicant.id.desc())
    ).all()
    found: dict[uuid.UUID, str] = {}
    for row in rows:
        for each, key in named.items():
            if row.id != each and name_key(row.name) == key:
                found[each] = row.email
    return found


def _there(session: Session, vacancy: Vacancy, names: Sequence[str]) -> dict[str, str]:
    """Address by the key of the name; a name is found in its order and with its last word first."""
    rows = session.execute(
        select(Applicant.name, Applicant.email).where(
            Applicant.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            or_(Applicant.name_folded.in_(names), Applicant.name_turned.in_(names)),
        )
    )
    return {name_key(name): email for name, email in rows}
