"""The internal-service matrix as rating rounds read it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, select, true, type_coerce
from sqlalchemy.orm import Session, aliased

from scoring.service_matrix import thin
from webapp.records import Organisation, ServiceLink, StaffMember
from webapp.services.staff.presence import is_present

SEED = 1
PERFORMER = aliased(StaffMember, name="performer")
CUSTOMER = aliased(StaffMember, name="customer")


class ServicePair(NamedTuple):
    """A performer, and an internal customer who will rate them."""

    performer_id: uuid.UUID
    customer_id: uuid.UUID
    origin: str


@dataclass(frozen=True)
class Cap:
    """How many colleagues one rater is asked about at most; None: all of them."""

    most: int | None = None
    seed: int = SEED


def read_cap(session: Session, organisation_id: uuid.UUID) -> Cap:
    return cap_of(session.get_one(Organisation, organisation_id))


def cap_of(organisation: Organisation) -> Cap:
    kept = organisation.settings.get("matrix", {})
    return Cap(kept.get("cap"), kept.get("seed", SEED))


def service_pairs(session: Session, organisation_id: uuid.UUID, *, seed: int | None = None) -> list[ServicePair]:
    """Everybody present who rates somebody present, thinned to the cap that HR chose.

    The same seed gives the same choice; a round that wants one of its own passes its own.
    """
    rows = [ServicePair(*row) for row in session.execute(present_links(organisation_id))]
    cap = read_cap(session, organisation_id)
    if cap.most is None:
        return rows
    kept = set(thin([row[:2] for row in rows], cap.most, seed=cap.seed if seed is None else seed))
    return [row for row in rows if row[:2] in kept]


def present_links(
    organisation_id: uuid.UUID, *conditions: ColumnElement[bool], plain: bool = False, excluded: bool | None = False
) -> Select[uuid.UUID, uuid.UUID, str]:
    """Performer, customer and origin of every pair of people who are here, in a steady order.

    `excluded` asks for the exceptions instead; None: for both.
    `plain` leaves the ids as the database holds them, which is much faster where they only tell people apart.
    """
    performer, customer = plain_id(ServiceLink.performer_id, plain), plain_id(ServiceLink.customer_id, plain)
    return (
        select(performer, customer, ServiceLink.origin)
        .join(PERFORMER, same_person(PERFORMER, ServiceLink.performer_id))
        .join(CUSTOMER, same_person(CUSTOMER, ServiceLink.customer_id))
        .where(
            ServiceLink.organisation_id == organisation_id,
            true() if excluded is None else ServiceLink.excluded.is_(excluded),
            is_present(PERFORMER),
            is_present(CUSTOMER),
            *conditions,
        )
        .order_by(ServiceLink.performer_id, ServiceLink.customer_id)
    )


def plain_id(column: Any, plain: bool = True) -> Any:
    return type_coerce(column, String) if plain else column


def same_person(member: Any, column: Any) -> ColumnElement[bool]:
    return (member.organisation_id == ServiceLink.organisation_id) & (member.id == column)
