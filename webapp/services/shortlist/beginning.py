"""Nobody moves or leaves while a list begins.

A list that is there is held by its own row. One that just begins has none that others could see: whoever begins it
holds its vacancy's people alone, and whoever changes people holds them with others, before looking for lists. Whoever
sends answers needs neither and never waits for it.
"""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import Organisation, Vacancy


def hold_people(session: Session, vacancies: list[uuid.UUID]) -> None:
    """No list of these vacancies begins until this transaction ends. SQLite has one writer, who holds everything."""
    if _is_postgresql(session):
        for each in sorted(vacancies, key=_name):
            session.execute(select(func.pg_advisory_xact_lock_shared(_name(each))))


def hold_people_alone(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> None:
    """Wait until nobody changes people of this vacancy, and let nobody, until this transaction ends."""
    if _is_postgresql(session):
        # A list's row points to both: whoever holds one of them alone must not wait for people whom we hold.
        for table, row_id in ((Organisation, organisation_id), (Vacancy, vacancy_id)):
            session.execute(select(table.id).where(table.id == row_id).with_for_update(read=True, key_share=True))
        session.execute(select(func.pg_advisory_xact_lock(_name(vacancy_id))))


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _name(vacancy_id: uuid.UUID) -> int:
    """A number for the lock: of the random half of the id, as PostgreSQL counts whole numbers."""
    return int.from_bytes(vacancy_id.bytes[8:], signed=True)
