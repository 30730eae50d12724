"""One person in the matrix: who rates them, and whom they rate."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import ServiceLink, StaffMember, Unit
from webapp.services.matrix.edit_links import CHUNK, change_links
from webapp.services.staff.presence import is_present
from webapp.services.staff.read_member import get_member

WAYS = ("raters", "rated")
BETWEEN = re.compile(r"[\n,;]+")


@dataclass(frozen=True)
class Colleague:
    """The other end of a pair."""

    id: uuid.UUID
    name: str
    code: str
    unit: str
    origin: str


def colleagues(session: Session, member: StaffMember, way: str) -> list[Colleague]:
    """Present colleagues who rate this person, or whom this person rates."""
    mine, other = _ends(way)
    rows = session.execute(
        select(StaffMember, func.coalesce(Unit.name, ""), ServiceLink.origin)
        .join(ServiceLink, (ServiceLink.organisation_id == StaffMember.organisation_id) & (other == StaffMember.id))
        .outerjoin(Unit, (Unit.organisation_id == StaffMember.organisation_id) & (Unit.id == StaffMember.unit_id))
        .where(
            ServiceLink.organisation_id == member.organisation_id,
            mine == member.id,
            ServiceLink.excluded.is_(False),
            is_present(),
        )
        .order_by(StaffMember.name_folded, StaffMember.code)
    )
    return [Colleague(row.id, row.name, row.code, unit, origin) for row, unit, origin in rows]


def _ends(way: str) -> tuple[Any, Any]:
    ends = (ServiceLink.performer_id, ServiceLink.customer_id)
    return ends if way == "raters" else ends[::-1]


def change_person(
    session: Session,
    organisation_id: uuid.UUID,
    member_id: uuid.UUID,
    way: str,
    *,
    drop: Iterable[uuid.UUID],
    codes: str,
    user_id: uuid.UUID | None,
) -> tuple[int, int]:
    """Take these colleagues out and add those with these codes; all of it or nothing."""
    get_member(session, organisation_id, member_id)
    wanted = people_with(session, organisation_id, split_codes(codes))
    pairs = [[(member_id, each) if way == "raters" else (each, member_id) for each in ids] for ids in (wanted, drop)]
    return change_links(session, organisation_id, pairs[0], pairs[1], user_id)


def split_codes(text: str) -> list[str]:
    return list(dict.fromkeys(code.strip() for code in BETWEEN.split(text) if code.strip()))


def people_with(session: Session, organisation_id: uuid.UUID, codes: Sequence[str]) -> list[uuid.UUID]:
    """The people with these codes; refused with the codes that nobody here has."""
    found: dict[str, uuid.UUID] = {}
    for start in range(0, len(codes), CHUNK):
        rows = session.execute(
            select(StaffMember.code, StaffMember.id).where(
                StaffMember.organisation_id == organisation_id,
                StaffMember.code.in_(codes[start : start + CHUNK]),
                is_present(),
            )
        )
        found.update((code, key) for code, key in rows)
    if unknown := [code for code in codes if code not in found]:
        raise Invalid([_("Nobody who works here has the code %(codes)s.", codes=", ".join(unknown[:10]))])
    return [found[code] for code in codes]
