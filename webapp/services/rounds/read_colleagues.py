"""Whom a rater is asked about: names as they are told apart, in an order that stays."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import RoundPair, RoundRater, StaffMember, Unit
from webapp.services.staff.presence import is_present


@dataclass(frozen=True)
class Colleague:
    """Somebody to rate. `detail` is what tells people of one name apart."""

    id: uuid.UUID
    name: str
    detail: str


def colleagues_of(session: Session, rater: RoundRater) -> list[Colleague]:
    """Everybody whom this rater is asked about and who still works here, by name."""
    rows = session.execute(
        select(StaffMember.id, StaffMember.name, StaffMember.code, StaffMember.job_family, Unit.name)
        .join(
            RoundPair,
            (RoundPair.organisation_id == StaffMember.organisation_id) & (RoundPair.performer_id == StaffMember.id),
        )
        .outerjoin(Unit, (Unit.organisation_id == StaffMember.organisation_id) & (Unit.id == StaffMember.unit_id))
        .where(
            RoundPair.organisation_id == rater.organisation_id,
            RoundPair.round_id == rater.round_id,
            RoundPair.rater_id == rater.staff_member_id,
            is_present(),
        )
    ).all()
    return told_apart([(row[0], row[1], row[2], row[3], row[4] or "") for row in rows])


def told_apart(rows: list[tuple[uuid.UUID, str, str, str, str]]) -> list[Colleague]:
    """Two of one name in one unit get the company's own code beside it."""
    twins = Counter((name, unit) for _id, name, _code, _family, unit in rows)
    found = []
    for number, name, code, family, unit in rows:
        parts = [unit, family] + ([code] if name and twins[name, unit] > 1 else [])
        found.append(Colleague(number, name or code, " · ".join(part for part in parts if part)))
    return sorted(found, key=lambda each: (each.name.casefold(), each.detail, each.id))
