"""Who would rate whom, were a round to open now: the matrix, without people who left or cannot be written to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import StaffMember, Unit
from webapp.services.matrix.read_matrix import service_pairs
from webapp.services.staff.presence import is_present


@dataclass(frozen=True)
class Person:
    """Somebody on the staff, as far as a round needs to know."""

    id: uuid.UUID
    name: str
    code: str
    email: str
    language: str
    unit: str = ""


@dataclass(frozen=True)
class Asked:
    """Pairs of (rater, performer), and everybody who is in one."""

    pairs: tuple[tuple[uuid.UUID, uuid.UUID], ...]
    people: dict[uuid.UUID, Person]

    @property
    def raters(self) -> list[uuid.UUID]:
        return list({rater for rater, _performer in self.pairs})


def present_staff(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, Person]:
    """Everybody who works here now."""
    known = (StaffMember.id, StaffMember.name, StaffMember.code, StaffMember.email, StaffMember.language)
    rows = session.execute(
        select(*known, func.coalesce(Unit.name, ""))
        .outerjoin(Unit, (Unit.organisation_id == StaffMember.organisation_id) & (Unit.id == StaffMember.unit_id))
        .where(StaffMember.organisation_id == organisation_id, is_present())
    )
    return {row[0]: Person(*row) for row in rows}


def writable(people: dict[uuid.UUID, Person], rater: uuid.UUID) -> bool:
    """Somebody without an address gets no link: nobody else may hand it over."""
    return rater in people and bool(people[rater].email)


def pairs_to_ask(session: Session, organisation_id: uuid.UUID) -> Asked:
    """The internal customer rates the performer; nobody rates themselves, and nobody twice."""
    people = present_staff(session, organisation_id)
    there = {
        (pair.customer_id, pair.performer_id)
        for pair in service_pairs(session, organisation_id)
        if pair.customer_id != pair.performer_id and pair.performer_id in people and writable(people, pair.customer_id)
    }
    return Asked(tuple(there), people)
