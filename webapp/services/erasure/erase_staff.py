"""Erase a member of staff, and with them the applications that they came by: in one transaction, for good."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

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
from webapp.services.erasure.known_as import known_as
from webapp.services.erasure.remove_rows import count_rows, forget_link_requests, remove_people
from webapp.services.erasure.what_goes import applications_of_member, has_training_data, known_counts
from webapp.services.lock_row import lock_organisation, lock_row
from webapp.services.record_event import record_event
from webapp.services.rights.bury import Stones, bury_sittings
from webapp.services.rights.hanging_rows import STAFF, belonging

WITH_ADDRESSES = ("round_rater", "monitor_ticket", "staff_invitation", "voice_link")


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
    applicants = [each.applicant.id for each in applications_of_member(session, member)]
    known = known_as(session, member)
    addresses = _addresses(session, member, applicants, known.addresses)
    put_aside = clean_imports(session, organisation_id, Names(known.codes, [*known.names, *addresses]))
    affected = affected_models(session, organisation_id, [member_id])
    learned_from = has_training_data(session, organisation_id, member_id)
    stones = Stones(organisation_id, reason, settings.secret_key)
    counts = known_counts(session, member) | ({"imports": put_aside} if put_aside else {})
    _bury(session, stones, member, applicants, affected)
    free_rows(session, member, known.codes, addresses)
    _remove(session, member, applicants, addresses, settings)
    erasure = certify(
        session,
        stones,
        "staff",
        counts,
        people=1,
        addresses=addresses,
        affected=affected,
        learned_from=learned_from,
        settings=settings,
        user_id=user_id,
    )
    record_event(
        session, organisation_id, "person.erased", user_id=user_id, subject="staff_member", subject_id=member_id,
        models=[each.version.number for each in affected],
    )  # fmt: skip
    return erasure


def _remove(
    session: Session,
    member: StaffMember,
    applicants: Sequence[uuid.UUID],
    addresses: Sequence[str],
    settings: Settings,
) -> None:
    owner, number = member.organisation_id, member.id
    if applicants:
        forget(session, owner, applicants, addresses, settings)
    forget_link_requests(session, owner, addresses)
    remove_people(session, owner, [number], STAFF)


def _bury(
    session: Session,
    stones: Stones,
    member: StaffMember,
    applicants: Sequence[uuid.UUID],
    affected: Sequence[Affected],
) -> None:
    """A stone for the person, for each sitting, for what was imported about them, and for their part in models."""
    bury_sittings(session, stones, (Sitting.staff_member_id == member.id) | Sitting.applicant_id.in_(applicants))
    session.add(stones.stone(kind="staff_member", subject_id=member.id))
    # Only what HR brought in is counted; how many rated somebody in confidence is told nowhere.
    rated = count_rows(session, member.organisation_id, [member.id], STAFF).get("rating", 0)
    session.add(stones.stone(kind="rating", subject_id=member.id, number=rated))
    session.add(stones.stone(kind="trained_with", subject_id=member.id, number=len(affected)))
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
