"""Everything that somebody on the staff list is or was known by here: codes, names and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import StaffHistory, StaffMember


@dataclass(frozen=True)
class KnownAs:
    """Present and former ones, without those that are somebody else's by now."""

    codes: Sequence[str]
    names: Sequence[str]
    addresses: Sequence[str]


def known_as(session: Session, member: StaffMember) -> KnownAs:
    rows = session.execute(
        select(StaffHistory.what, StaffHistory.before).where(
            StaffHistory.organisation_id == member.organisation_id,
            StaffHistory.staff_member_id == member.id,
            StaffHistory.what.in_(("code", "name", "email")),
        )
    ).all()
    former = {kind: {before for what, before in rows if what == kind and before} for kind in ("code", "name", "email")}
    taken = set(
        session.scalars(
            select(StaffMember.code).where(
                StaffMember.organisation_id == member.organisation_id, StaffMember.code.in_(former["code"])
            )
        )
    )
    return KnownAs(
        sorted({member.code} | former["code"] - taken),
        sorted(each for each in {member.name} | former["name"] if each),
        sorted(each for each in {member.email} | former["email"] if each),
    )
