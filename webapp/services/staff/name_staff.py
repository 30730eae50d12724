"""How a member of staff is called where people of the same name must be told apart."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import StaffMember

CHUNK = 400


def called(member: StaffMember) -> str:
    """Name and code; the code alone where no name is known."""
    return f"{member.name} ({member.code})" if member.name else member.code


def name_staff(session: Session, organisation_id: uuid.UUID, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    wanted, found = list(ids), {}
    for start in range(0, len(wanted), CHUNK):
        rows = session.scalars(
            select(StaffMember).where(
                StaffMember.organisation_id == organisation_id, StaffMember.id.in_(wanted[start : start + CHUNK])
            )
        )
        found.update({row.id: called(row) for row in rows})
    return found
