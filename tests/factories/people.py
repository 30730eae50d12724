from __future__ import annotations

import itertools
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from webapp.records import Organisation, StaffMember, Unit, User, UserRole

PASSWORD = "correct horse battery staple"
_count = itertools.count(1)


@cache
def password_hash() -> str:
    """argon2 is slow on purpose, and what it costs stands in the hash: people of tests sign in at once.

    Hashes as the site makes them, and what they cost, are tried in tests/integration/test_account.py.
    """
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def organisation(session: Session, **values: Any) -> Organisation:
    row = Organisation(**{"name": f"Company {next(_count)}", "settings": {}} | values)
    session.add(row)
    session.flush()
    return row


def user(session: Session, owner: Organisation, *roles: str, **values: Any) -> User:
    number = next(_count)
    row = User(
        organisation_id=owner.id,
        **{"email": f"user{number}@example.org", "name": f"User {number}", "password_hash": password_hash()} | values,
    )
    session.add(row)
    session.flush()
    session.add_all(UserRole(organisation_id=owner.id, user_id=row.id, role=role) for role in roles)
    session.flush()
    session.refresh(row)
    return row


def unit(session: Session, owner: Organisation, **values: Any) -> Unit:
    row = Unit(organisation_id=owner.id, **{"name": f"Unit {next(_count)}"} | values)
    session.add(row)
    session.flush()
    return row


def staff_member(session: Session, owner: Organisation, **values: Any) -> StaffMember:
    row = StaffMember(organisation_id=owner.id, **{"code": f"S{next(_count)}"} | values)
    session.add(row)
    session.flush()
    return row
