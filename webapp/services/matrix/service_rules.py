"""Rules between units: everybody in one serves everybody in the other. Looked at first, then applied."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, delete, exists, insert, not_, select
from sqlalchemy.orm import Session, aliased

from webapp.errors import Conflict, NotFound
from webapp.records import ServiceLink, ServiceRule, StaffMember, Unit
from webapp.records.base import new_id, now
from webapp.services.lock_row import lock_organisation
from webapp.services.matrix.edit_links import rule_units
from webapp.services.matrix.read_matrix import CUSTOMER, PERFORMER, same_person
from webapp.services.matrix.snapshot import Snapshot, due_by_rules, take_snapshot
from webapp.services.record_event import record_event
from webapp.services.staff.name_staff import name_staff
from webapp.services.staff.presence import is_present
from webapp.services.staff.units import count_here, get_unit

MOST_NEW_PAIRS = 100_000
CHUNK = 2_000
SAMPLE = 8


@dataclass(frozen=True)
class RulePreview:
    """What a rule would make."""

    performers: Unit
    customers: Unit
    performer_count: int
    customer_count: int
    new: int
    already: int
    exceptions: int
    each_rates_more: int
    raters_of_each: int
    sample: list[tuple[str, str]] = field(default_factory=list)

    @property
    def within(self) -> bool:
        return self.performers.id == self.customers.id


@dataclass(frozen=True)
class ListedRule:
    """A rule that stands, with how many exceptions it has."""

    rule: ServiceRule
    performers: str
    customers: str
    exceptions: int


def preview_rule(
    session: Session, organisation_id: uuid.UUID, performer_unit: uuid.UUID, customer_unit: uuid.UUID
) -> RulePreview:
    """Count what the rule would make, without making it."""
    one, other = get_unit(session, organisation_id, performer_unit), get_unit(session, organisation_id, customer_unit)
    new = missing(session, unlinked(organisation_id, performer_unit, customer_unit))
    states = Counter(rows_between(session, organisation_id, performer_unit, customer_unit))
    here = (count_here(session, one), count_here(session, other))
    return RulePreview(
        performers=one,
        customers=other,
        performer_count=here[0],
        customer_count=here[1],
        new=len(new),
        already=states[False],
        exceptions=states[True],
        each_rates_more=max(Counter(customer for _performer, customer in new).values(), default=0),
        raters_of_each=here[1] - (performer_unit == customer_unit),
        sample=names_of(session, organisation_id, new[:SAMPLE]),
    )


def rows_between(
    session: Session, organisation_id: uuid.UUID, performer_unit: uuid.UUID, customer_unit: uuid.UUID
) -> list[bool]:
    """Of each row about two people who are here and in these units: whether it is an exception."""
    people = [
        select(StaffMember.id).where(
            StaffMember.organisation_id == organisation_id, StaffMember.unit_id == unit, is_present()
        )
        for unit in (performer_unit, customer_unit)
    ]
    return list(
        session.scalars(
            select(ServiceLink.excluded).where(
                ServiceLink.organisation_id == organisation_id,
                ServiceLink.performer_id.in_(people[0]),
                ServiceLink.customer_id.in_(people[1]),
            )
        )
    )


def missing(session: Session, query: Select[uuid.UUID, uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Pairs of people who are here and of these units, for which there is no row yet."""
    return [(performer, customer) for performer, customer in session.execute(query)]


def unlinked(organisation_id: uuid.UUID, performer_unit: Any, customer_unit: Any) -> Select[uuid.UUID, uuid.UUID]:
    """Everybody of one unit with everybody of the other, where nothing is written about the two yet."""
    linked = exists().where(
        ServiceLink.organisation_id == organisation_id,
        ServiceLink.performer_id == PERFORMER.id,
        ServiceLink.customer_id == CUSTOMER.id,
    )
    return (
        select(PERFORMER.id, CUSTOMER.id)
        .where(
            PERFORMER.organisation_id == organisation_id,
            CUSTOMER.organisation_id == organisation_id,
            PERFORMER.unit_id == performer_unit,
            CUSTOMER.unit_id == customer_unit,
            CUSTOMER.id != PERFORMER.id,
            is_present(PERFORMER),
            is_present(CUSTOMER),
            not_(linked),
        )
        .order_by(PERFORMER.code, CUSTOMER.code)
    )


def names_of(
    session: Session, organisation_id: uuid.UUID, pairs: Sequence[tuple[uuid.UUID, uuid.UUID]]
) -> list[tuple[str, str]]:
    names = name_staff(session, organisation_id, {person for pair in pairs for person in pair})
    return [(names[performer], names[customer]) for performer, customer in pairs]


def apply_rule(
    session: Session,
    organisation_id: uuid.UUID,
    performer_unit: uuid.UUID,
    customer_unit: uuid.UUID,
    user_id: uuid.UUID | None,
) -> int:
    """Keep the rule and make its pairs; returns how many are new."""
    lock_organisation(session, organisation_id)
    for unit_id in (performer_unit, customer_unit):
        if get_unit(session, organisation_id, unit_id).closed_at is not None:
            raise Conflict(_("One of the two units is closed. Open it again first."))
    rule = _rule_between(session, organisation_id, performer_unit, customer_unit) or ServiceRule(
        organisation_id=organisation_id,
        id=new_id(),
        performer_unit_id=performer_unit,
        customer_unit_id=customer_unit,
    )
    rule.user_id, rule.applied_at = user_id, now()
    session.add(rule)
    new = make_pairs(session, organisation_id, unlinked(organisation_id, performer_unit, customer_unit))
    record_event(
        session,
        organisation_id,
        "service_rule.applied",
        user_id=user_id,
        subject="service_rule",
        subject_id=rule.id,
        new=new,
    )
    return new


def _rule_between(
    session: Session, organisation_id: uuid.UUID, performer_unit: uuid.UUID, customer_unit: uuid.UUID
) -> ServiceRule | None:
    return session.scalar(
        select(ServiceRule).where(
            ServiceRule.organisation_id == organisation_id,
            ServiceRule.performer_unit_id == performer_unit,
            ServiceRule.customer_unit_id == customer_unit,
        )
    )


def make_pairs(session: Session, organisation_id: uuid.UUID, query: Select[uuid.UUID, uuid.UUID]) -> int:
    session.flush()
    pairs = missing(session, query)
    if len(pairs) > MOST_NEW_PAIRS:
        raise Conflict(
            _(
                "This would make %(pairs)s pairs at once; at most %(most)s can be made. Choose smaller units.",
                pairs=len(pairs),
                most=MOST_NEW_PAIRS,
            )
        )
    add_pairs(session, organisation_id, pairs, "rule")
    return len(pairs)


def add_pairs(
    session: Session,
    organisation_id: uuid.UUID,
    pairs: Sequence[tuple[uuid.UUID, uuid.UUID]],
    origin: str,
    batch_id: uuid.UUID | None = None,
) -> None:
    """Write many pairs at once."""
    moment = now()
    for start in range(0, len(pairs), CHUNK):
        rows = [
            {
                "organisation_id": organisation_id,
                "id": new_id(),
                "performer_id": performer,
                "customer_id": customer,
                "origin": origin,
                "excluded": False,
                "batch_id": batch_id,
                "created_at": moment,
            }
            for performer, customer in pairs[start : start + CHUNK]
        ]
        session.connection().execute(insert(ServiceLink), rows)


def list_rules(session: Session, organisation_id: uuid.UUID, snapshot: Snapshot | None = None) -> list[ListedRule]:
    """The rules that stand, by the names of their units."""
    snapshot = snapshot or take_snapshot(session, organisation_id, whole=True)
    one, other = aliased(Unit), aliased(Unit)
    rows = session.execute(
        select(ServiceRule, one.name, other.name)
        .join(one, (one.organisation_id == ServiceRule.organisation_id) & (one.id == ServiceRule.performer_unit_id))
        .join(
            other, (other.organisation_id == ServiceRule.organisation_id) & (other.id == ServiceRule.customer_unit_id)
        )
        .where(ServiceRule.organisation_id == organisation_id)
    )
    exceptions = snapshot.exceptions()
    listed = [
        ListedRule(rule, name, whom, exceptions[rule.performer_unit_id, rule.customer_unit_id])
        for rule, name, whom in rows
    ]
    return sorted(listed, key=lambda row: (row.performers.casefold(), row.customers.casefold()))


# --- keeping up with the staff: somebody came, somebody moved, a rule went


def stale(session: Session, organisation_id: uuid.UUID) -> list[uuid.UUID]:
    """Pairs that a rule made and that no rule makes any more."""
    by_some_rule = exists().where(
        ServiceRule.organisation_id == organisation_id,
        ServiceRule.performer_unit_id == PERFORMER.unit_id,
        ServiceRule.customer_unit_id == CUSTOMER.unit_id,
    )
    return list(
        session.scalars(
            select(ServiceLink.id)
            .join(PERFORMER, same_person(PERFORMER, ServiceLink.performer_id))
            .join(CUSTOMER, same_person(CUSTOMER, ServiceLink.customer_id))
            .where(
                ServiceLink.organisation_id == organisation_id,
                ServiceLink.origin == "rule",
                not_(by_some_rule),
            )
        )
    )


def due(session: Session, organisation_id: uuid.UUID, snapshot: Snapshot | None = None) -> tuple[int, int]:
    """How many pairs the rules would add and take out now."""
    return due_by_rules(session, organisation_id, snapshot or take_snapshot(session, organisation_id, whole=True))


def refresh(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID | None) -> tuple[int, int]:
    """Follow the staff list: make what the rules make now, take out what they make no more."""
    lock_organisation(session, organisation_id)
    removed = drop(session, organisation_id, stale(session, organisation_id))
    added = sum(
        make_pairs(session, organisation_id, unlinked(organisation_id, performers, customers))
        for performers, customers in sorted(rule_units(session, organisation_id), key=str)
    )
    record_event(session, organisation_id, "matrix.refreshed", user_id=user_id, added=added, removed=removed)
    return added, removed


def drop(session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> int:
    for start in range(0, len(ids), 400):
        session.execute(
            delete(ServiceLink)
            .where(ServiceLink.organisation_id == organisation_id, ServiceLink.id.in_(ids[start : start + 400]))
            .execution_options(synchronize_session=False)
        )
    return len(ids)


def remove_rule(session: Session, organisation_id: uuid.UUID, rule_id: uuid.UUID, user_id: uuid.UUID | None) -> int:
    """End the rule and take out the pairs that no other rule makes; returns how many went."""
    lock_organisation(session, organisation_id)
    rule = session.get(ServiceRule, (organisation_id, rule_id))
    if rule is None:
        raise NotFound
    session.delete(rule)
    session.flush()
    removed = drop(session, organisation_id, stale(session, organisation_id))
    record_event(
        session,
        organisation_id,
        "service_rule.removed",
        user_id=user_id,
        subject="service_rule",
        subject_id=rule_id,
        removed=removed,
    )
    return removed
