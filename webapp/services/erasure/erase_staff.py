"""Erase a member of staff, and with them the applications that they came by: in one transaction, for good."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Invalid
from webapp.records import (
    Base,
    Erasure,
    Sitting,
    StaffMember,
)
from webapp.services.erasure.affected_models import Affected, affected_models
from webapp.services.erasure.certify import certify
from webapp.services.erasure.clean_imports import Names, clean_imports
from webapp.services.erasure.erase_applicants import addresses_of, forget
from webapp.services.erasure.free_rows import free_rows
from webapp.services.erasure.known_as import KnownAs, known_as
from webapp.services.erasure.remove_rows import forget_link_requests, remove_people
from webapp.services.erasure.what_goes import applications_of_member, has_training_data, known_counts
from webapp.services.lock_row import lock_organisation, lock_row
from webapp.services.record_event import record_event
from webapp.services.rights.bury import Stones, bury_sittings
from webapp.services.rights.hanging_rows import STAFF, belonging

WITH_ADDRESSES = ("round_rater", "monitor_ticket", "staff_invitation", "voice_link")


@dataclass(frozen=True)
class Leaving:
    """Whoever is erased, as known before anything goes."""

    member: StaffMember
    applicants: Sequence[uuid.UUID]
    known: KnownAs
    addresses: Sequence[str]
    affected: Sequence[Affected]
    learned_from: bool


def erase_staff(
    session: Session,
    organisation_id: uuid.UUID,
    member_id: uuid.UUID,
    code: str,
    settings: Settings,
    *,
    reason: str = "asked",
    user_id: uuid.UUID | None = None,
) -> Erasure:
    """Erase this person, whose code is typed to confirm it. Who comes second finds nobody."""
    # One erasure or model at a time: a training run holds the same row before it keeps what it learned.
    lock_organisation(session, organisation_id)
    member = lock_row(session, StaffMember, organisation_id, member_id)
    if code.strip() != member.code:
        raise Invalid([_("This is not the code of this person. Nothing was erased.")])
    leaving = _look_up(session, member)
    stones = Stones(organisation_id, reason, settings.secret_key)
    counts = _remove(session, stones, leaving, settings)
    record_event(
        session,
        organisation_id,
        "person.erased",
        user_id=user_id,
        subject="staff_member",
        subject_id=member_id,
        models=[each.version.number for each in leaving.affected],
    )
    return certify(
        session,
        stones,
        "staff",
        counts,
        people=1,
        addresses=leaving.addresses,
        affected=leaving.affected,
        learned_from=leaving.learned_from,
        settings=settings,
        user_id=user_id,
    )


def _look_up(session: Session, member: StaffMember) -> Leaving:
    owner = member.organisation_id
    applicants = [each.applicant.id for each in applications_of_member(session, member)]
    known = known_as(session, member)
    return Leaving(
        member,
        applicants,
        known,
        _addresses(session, member, applicants, known.addresses),
        affected_models(session, owner, [member.id]),
        has_training_data(session, owner, member.id),
    )


def _remove(session: Session, stones: Stones, leaving: Leaving, settings: Settings) -> dict[str, int]:
    """Bury, free what is others' too, delete the rest; how much of each kind went, as far as HR may know."""
    owner, member_id = stones.organisation_id, leaving.member.id
    counts = known_counts(session, leaving.member)
    names = Names(leaving.known.codes, [*leaving.known.names, *leaving.addresses])
    if put_aside := clean_imports(session, owner, names):
        counts["imports"] = put_aside
    _bury(session, stones, leaving, counts.get("ratings_about", 0))
    free_rows(session, leaving.member, leaving.known.codes, leaving.addresses)
    if leaving.applicants:
        forget(session, owner, leaving.applicants, leaving.addresses, settings)
    forget_link_requests(session, owner, leaving.addresses)
    remove_people(session, owner, [member_id], STAFF)
    return counts


def _bury(session: Session, stones: Stones, leaving: Leaving, rated: int) -> None:
    """A stone for the person, for each sitting, for what was imported about them, and for their part in models."""
    number = leaving.member.id
    bury_sittings(session, stones, (Sitting.staff_member_id == number) | Sitting.applicant_id.in_(leaving.applicants))
    session.add(stones.stone(kind="staff_member", subject_id=number))
    # Only what HR brought in is counted; how many rated somebody in confidence is told nowhere.
    session.add(stones.stone(kind="rating", subject_id=number, number=rated))
    session.add(stones.stone(kind="trained_with", subject_id=number, number=len(leaving.affected)))
    session.flush()


def _addresses(
    session: Session, member: StaffMember, applicants: Sequence[uuid.UUID], known: Sequence[str]
) -> list[str]:
    """Every address to which this person may have got mail, as it is written in the rows."""
    found = [*known, *addresses_of(session, member.organisation_id, applicants)]
    for name in WITH_ADDRESSES:
        table = Base.metadata.tables[name]
        mine = belonging(table, member.organisation_id, [member.id], STAFF)
        found += session.scalars(select(table.c.email).where(mine))
    return sorted({each for each in found if each})
