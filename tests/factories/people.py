from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy.orm import Session

from webapp.records import Organisation, StaffMember, Unit, User, UserRole
from webapp.security import hash_password

PASSWORD = "correct horse battery staple"
_hash = ""
_count = itertools.count(1)


def password_hash() -> str:
    """argon2 is slow on purpose: once is enough for all tests."""
    global _hash
    _hash = _hash or hash_password(PASSWORD)
    return _hash


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
