"""Erase applicants: tombstones stay, rows and files go, and models that learned from hired ones are seen to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import AddressChange, Applicant, Erasure, Hire
from webapp.services.demographics.forget_demographics import forget_demographics
from webapp.services.erasure.affected_models import affected_models
from webapp.services.erasure.certify import certify
from webapp.services.erasure.remove_rows import count_rows, forget_link_requests, remove_people
from webapp.services.exports.keep_export import forget_exports
from webapp.services.lock_row import lock_organisation
from webapp.services.rights.bury import Stones, bury_applicants
from webapp.services.shortlist.leave import take_off


def erase_applicants(
    session: Session, owner: uuid.UUID, applicants: Sequence[uuid.UUID], settings: Settings, reason: str
) -> Erasure:
    """Erase these applications. Whoever was hired stays on the staff list: employment is another matter."""
    hired = hired_members(session, owner, applicants)
    if hired:
        lock_organisation(session, owner)  # as a training run does before it keeps a model
    stones = Stones(owner, reason, settings.secret_key)
    # Of models older than the record of who was in them none took answers of applicants.
    affected = affected_models(session, owner, hired, unrecorded=False)
    addresses = addresses_of(session, owner, applicants)
    counts = count_rows(session, owner, applicants)
    bury_applicants(session, stones, applicants)
    forget(session, owner, applicants, addresses, settings)
    return certify(
        session,
        stones,
        "applicant",
        counts,
        people=len(applicants),
        addresses=addresses,
        affected=affected,
        learned_from=bool(hired),
        settings=settings,
    )


def forget(
    session: Session, owner: uuid.UUID, applicants: Sequence[uuid.UUID], addresses: Sequence[str], settings: Settings
) -> None:
    """Delete all that is held of these applications."""
    take_off(session, owner, applicants)
    forget_exports(session, owner, vacancies_of(session, owner, applicants))
    forget_demographics(session, owner, applicants, settings.secret_key)
    forget_link_requests(session, owner, addresses)
    remove_people(session, owner, applicants)


def vacancies_of(session: Session, owner: uuid.UUID, applicants: Sequence[uuid.UUID]) -> Sequence[uuid.UUID]:
    """Lists that they are on may have been written into files."""
    mine = (Applicant.organisation_id == owner, Applicant.id.in_(applicants))
    return session.scalars(select(Applicant.vacancy_id).where(*mine).distinct()).all()


def hired_members(session: Session, owner: uuid.UUID, applicants: Sequence[uuid.UUID]) -> Sequence[uuid.UUID]:
    """Who of them is on the staff list now."""
    return session.scalars(
        select(Hire.staff_member_id).where(Hire.organisation_id == owner, Hire.applicant_id.in_(applicants))
    ).all()


def addresses_of(session: Session, owner: uuid.UUID, applicants: Sequence[uuid.UUID]) -> list[str]:
    """Where these people got mail: their addresses, and new ones that were not confirmed yet."""
    now_used = select(Applicant.email).where(Applicant.organisation_id == owner, Applicant.id.in_(applicants))
    waiting = select(AddressChange.email).where(
        AddressChange.organisation_id == owner, AddressChange.applicant_id.in_(applicants)
    )
    return [*session.scalars(now_used), *session.scalars(waiting)]
