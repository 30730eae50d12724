"""Who somebody is: by password at the door, by the signed cookie on every page after it."""

from __future__ import annotations

import logging
import uuid
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Organisation, User
from webapp.records.base import now
from webapp.security import SignedIn, hash_password, password_matches
from webapp.services.record_event import record_event

log = logging.getLogger(__name__)


def known_by_password(session: Session, email: str, password: str) -> User | None:
    """Check the password; None says no more than that the two do not belong together.

    This takes a moment on purpose, so it is done before anything is written: nobody waits for it.
    """
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    # The same work for an address that nobody has, so that time does not tell which ones exist.
    matches = password_matches(user.password_hash if user else _nobodys_hash(), password)
    if user is None or not matches or not user.active:
        log.warning("sign-in refused: %s", f"user {user.id}" if user else "an unknown address")
        return None
    return user


def sign_in(session: Session, user: User, language: str | None = None) -> SignedIn:
    """Write down that this person came in; a language that was chosen on the way in becomes the person's own."""
    user.last_signed_in_at = now()
    user.language = language or user.language
    record_event(
        session,
        user.organisation_id,
        "user.signed_in",
        user_id=user.id,
        subject="user_account",
        subject_id=user.id,
    )
    session.flush()
    return as_signed_in(session, user)


def identify(session: Session, key: str) -> SignedIn | None:
    """Read who a cookie's `organisation:user:serial` means; None where that has ended."""
    try:
        organisation, user, serial = key.split(":")
        found = session.get(User, (uuid.UUID(organisation), uuid.UUID(user)))
        if found is None or not found.active or found.session_serial != int(serial):
            return None
    except ValueError:
        return None
    return as_signed_in(session, found)


def as_signed_in(session: Session, user: User) -> SignedIn:
    organisation = session.get_one(Organisation, user.organisation_id)
    return SignedIn(
        organisation_id=user.organisation_id,
        id=user.id,
        name=user.name,
        email=user.email,
        language=user.language,
        roles=user.roles,
        session_serial=user.session_serial,
        organisation_name=organisation.name,
        simulated=organisation.simulated,
    )


@cache
def _nobodys_hash() -> str:
    return hash_password("a password that nobody has")
