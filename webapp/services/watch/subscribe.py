"""Who of HR is written to about findings, and from which level on. Nobody is, unless somebody chose it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import User, UserRole, WatchSubscription
from webapp.services.lock_row import lock_organisation
from webapp.services.record_event import record_event


def people_of_hr(session: Session, organisation_id: uuid.UUID) -> list[User]:
    """Everybody with HR's role who can sign in, by name."""
    return list(
        session.scalars(
            select(User)
            .join(UserRole, (UserRole.organisation_id == User.organisation_id) & (UserRole.user_id == User.id))
            .where(User.organisation_id == organisation_id, User.active, UserRole.role == "hr")
            .order_by(User.name, User.id)
        )
    )


def levels(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """The level of everybody who gets mails."""
    rows = session.execute(
        select(WatchSubscription.user_id, WatchSubscription.level).where(
            WatchSubscription.organisation_id == organisation_id
        )
    )
    return dict(rows.all())


def subscribe(session: Session, organisation_id: uuid.UUID, wanted: Mapping[uuid.UUID, str], user_id: uuid.UUID) -> int:
    """Set everybody's level, "" for no mails; how many changed."""
    lock_organisation(session, organisation_id)
    kept = {row.user_id: row for row in _rows(session, organisation_id)}
    people = {user.id for user in people_of_hr(session, organisation_id)}
    changes = [
        _set(session, organisation_id, kept.get(person), person, level)
        for person, level in wanted.items()
        if person in people
    ]
    if any(changes):
        record_event(session, organisation_id, "watch.mails_set", user_id=user_id, number=sum(changes))
    session.flush()
    return sum(changes)


def _rows(session: Session, organisation_id: uuid.UUID) -> list[WatchSubscription]:
    return list(session.scalars(select(WatchSubscription).where(WatchSubscription.organisation_id == organisation_id)))


def _set(session: Session, owner: uuid.UUID, row: WatchSubscription | None, person: uuid.UUID, level: str) -> bool:
    if (row.level if row else "") == level:
        return False
    if not level:
        session.delete(row)
    elif row is None:
        session.add(WatchSubscription(organisation_id=owner, user_id=person, level=level))
    else:
        row.level = level
    return True
