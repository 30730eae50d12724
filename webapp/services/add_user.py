"""Let somebody sign in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.errors import Invalid
from webapp.records import User, UserRole
from webapp.records.user import ROLES
from webapp.security import hash_password
from webapp.services.judge_password import is_easy_to_guess
from webapp.services.record_event import record_event

SHORTEST_PASSWORD = 12


def faults_in(session: Session, email: str, password: str, roles: Sequence[str], language: str) -> list[str]:
    faults = []
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        faults.append(_("Give a full e-mail address, such as name@example.org."))
    if len(password) < SHORTEST_PASSWORD:
        faults.append(_("Give a password of at least %(n)s characters.", n=SHORTEST_PASSWORD))
    elif is_easy_to_guess(password, (email,)):
        faults.append(_("Several words in a row are easy to remember and hard to guess."))
    if not roles or not set(roles) <= set(ROLES):
        faults.append(_("Give one or more of the roles %(roles)s.", roles=", ".join(ROLES)))
    if language not in LANGUAGES:
        faults.append(_("Give one of the languages %(languages)s.", languages=", ".join(LANGUAGES)))
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        faults.append(_("Somebody already signs in with this e-mail address."))
    return faults


def add_user(
    session: Session,
    organisation_id: uuid.UUID,
    email: str,
    name: str,
    password: str,
    roles: Sequence[str],
    language: str = "en",
) -> User:
    """Add a user with roles; `Invalid` lists everything that is wrong."""
    email = email.strip().lower()
    if faults := faults_in(session, email, password, roles, language):
        raise Invalid(faults)
    user = User(
        organisation_id=organisation_id,
        email=email,
        name=name.strip() or email,
        password_hash=hash_password(password),
        language=language,
    )
    session.add(user)
    session.flush()
    session.add_all(UserRole(organisation_id=organisation_id, user_id=user.id, role=role) for role in set(roles))
    record_event(
        session, organisation_id, "user.added", subject="user_account", subject_id=user.id, roles=sorted(roles)
    )
    session.flush()
    return user
