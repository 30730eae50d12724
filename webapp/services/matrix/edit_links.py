"""Change who serves whom by hand: add pairs, take pairs out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import ServiceLink, ServiceRule, StaffMember
from webapp.services.lock_row import lock_organisation
from webapp.services.record_event import record_event
from webapp.services.staff.presence import is_present

IdPair = tuple[uuid.UUID, uuid.UUID]
CHUNK = 400


def change_links(
    session: Session,
    organisation_id: uuid.UUID,
    add: Iterable[IdPair],
    remove: Iterable[IdPair],
    user_id: uuid.UUID | None,
) -> tuple[int, int]:
    """Add and take out these pairs (performer, customer); returns how many of each were not so before."""
    add, remove = set(add), set(remove)
    lock_organisation(session, organisation_id)
    check_pairs(session, organisation_id, add | remove)
    known = links_among(session, organisation_id, add | remove)
    added = sum(_add(session, organisation_id, pair, known.get(pair)) for pair in sorted(add))
    units = unit_of(session, organisation_id, {person for pair in remove for person in pair})
    ruled = rule_units(session, organisation_id)
    removed = 0
    for pair in sorted(remove):
        removed += _remove(session, known.get(pair), (units.get(pair[0]), units.get(pair[1])) in ruled)
    session.flush()
    if added or removed:
        record_event(session, organisation_id, "matrix.changed", user_id=user_id, added=added, removed=removed)
    return added, removed


def check_pairs(session: Session, organisation_id: uuid.UUID, pairs: Iterable[IdPair]) -> None:
    """Refuse service to oneself, and people who are not here."""
    pairs = list(pairs)
    if any(performer == customer for performer, customer in pairs):
        raise Invalid([_("Nobody is their own internal customer. Choose another colleague.")])
    people = {person for pair in pairs for person in pair}
    if people - set(unit_of(session, organisation_id, people)):
        raise Invalid([_("Somebody in this list does not work here any more. Look at the page again.")])


def unit_of(
    session: Session, organisation_id: uuid.UUID, people: Iterable[uuid.UUID]
) -> dict[uuid.UUID, uuid.UUID | None]:
    """The unit of each of these people who works here."""
    found: dict[uuid.UUID, uuid.UUID | None] = {}
    ids = list(people)
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(StaffMember.id, StaffMember.unit_id).where(
                StaffMember.organisation_id == organisation_id,
                StaffMember.id.in_(ids[start : start + CHUNK]),
                is_present(),
            )
        )
        found.update((key, unit) for key, unit in rows)
    return found


def links_among(session: Session, organisation_id: uuid.UUID, pairs: Iterable[IdPair]) -> dict[IdPair, ServiceLink]:
    """The rows that there are for these pairs."""
    wanted = set(pairs)
    performers = sorted({performer for performer, _customer in wanted})
    found = {}
    for start in range(0, len(performers), CHUNK):
        rows = session.scalars(
            select(ServiceLink).where(
                ServiceLink.organisation_id == organisation_id,
                ServiceLink.performer_id.in_(performers[start : start + CHUNK]),
            )
        )
        found.update({(row.performer_id, row.customer_id): row for row in rows})
    return {pair: row for pair, row in found.items() if pair in wanted}


def rule_units(session: Session, organisation_id: uuid.UUID) -> set[tuple[uuid.UUID | None, uuid.UUID | None]]:
    """The units between which a rule stands."""
    rows = session.execute(
        select(ServiceRule.performer_unit_id, ServiceRule.customer_unit_id).where(
            ServiceRule.organisation_id == organisation_id
        )
    )
    return {(performer, customer) for performer, customer in rows}


def _add(session: Session, organisation_id: uuid.UUID, pair: IdPair, known: ServiceLink | None) -> bool:
    if known is None:
        performer, customer = pair
        session.add(
            ServiceLink(organisation_id=organisation_id, performer_id=performer, customer_id=customer, origin="hand")
        )
        return True
    if known.excluded:
        known.excluded = False
        return True
    return False


def _remove(session: Session, known: ServiceLink | None, ruled: bool) -> bool:
    """A pair that a rule would make again is kept as an exception to it."""
    if known is None or known.excluded:
        return False
    if ruled:
        known.excluded, known.origin = True, "hand"
    else:
        session.delete(known)
    return True
