"""Erase a person at their own wish: every application under their address, and whatever hangs on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import NotFound
from webapp.records import Applicant, Tombstone, Vacancy
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.read_sitting import lock_sitting
from webapp.services.record_event import record_event


@dataclass(frozen=True)
class Application:
    """One application of a person, with the vacancy that it is for."""

    applicant: Applicant
    vacancy: Vacancy


def applications_of(session: Session, applicant: Applicant) -> list[Application]:
    """Every application to this organisation under the same address: who reads that mail is one person to us."""
    rows = session.execute(
        select(Applicant, Vacancy)
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .where(Applicant.organisation_id == applicant.organisation_id, Applicant.email == applicant.email)
        .order_by(Applicant.created_at, Applicant.id)
    )
    return [Application(*row) for row in rows]


def erase_person(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, settings: Settings) -> str:
    """Erase everything of the person who holds this sitting; the certificate's code."""
    sitting = lock_sitting(session, organisation_id, sitting_id)
    if sitting.applicant_id is None:
        raise NotFound()
    applicant = session.get_one(Applicant, (organisation_id, sitting.applicant_id))
    return erase_applicant(session, applicant, settings)


def erase_applicant(session: Session, applicant: Applicant, settings: Settings) -> str:
    """The same for somebody who never began."""
    owner, number = applicant.organisation_id, applicant.id
    everything = [each.applicant.id for each in applications_of(session, applicant)]
    erasure = erase_applicants(session, owner, everything, settings, "asked")
    record_event(session, owner, "person.erased", subject="applicant", subject_id=number, number=len(everything))
    return erasure.certificate


@dataclass(frozen=True)
class Certificate:
    """What a certificate's code stands for."""

    code: str
    organisation_id: uuid.UUID
    stones: Sequence[Tombstone]


def find_certificate(session: Session, code: str) -> Certificate:
    """What went under this code."""
    stones = session.scalars(
        select(Tombstone).where(Tombstone.certificate == code.strip().upper()).order_by(Tombstone.id)
    ).all()
    if not stones:
        raise NotFound()
    return Certificate(stones[0].certificate, stones[0].organisation_id, stones)


def count_tombstones(session: Session, organisation_id: uuid.UUID) -> int:
    found = select(func.count()).select_from(Tombstone).where(Tombstone.organisation_id == organisation_id)
    return session.scalar(found) or 0
