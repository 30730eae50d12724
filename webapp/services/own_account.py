"""What people change about their own sign-in."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.errors import Invalid, NotFound
from webapp.records import User
from webapp.security import SignedIn, hash_password, password_matches
from webapp.services.add_user import SHORTEST_PASSWORD
from webapp.services.judge_password import is_easy_to_guess
from webapp.services.record_event import record_event
from webapp.services.sign_in import as_signed_in


def change_password(
    session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, present: str, wanted: str
) -> SignedIn:
    """Set a new password and end every other session of this person."""
    user = _own(session, organisation_id, user_id)
    if not password_matches(user.password_hash, present):
        raise Invalid([_("The present password is not right. Type it as you do when you sign in.")])
    if len(wanted) < SHORTEST_PASSWORD:
        raise Invalid([_("Give a password of at least %(n)s characters.", n=SHORTEST_PASSWORD)])
    if is_easy_to_guess(wanted, (user.email, user.name)):
        raise Invalid([_("Several words in a row are easy to remember and hard to guess.")])
    user.password_hash = hash_password(wanted)
    user.session_serial += 1
    record_event(
        session,
        organisation_id,
        "user.password_changed",
        user_id=user_id,
        subject="user_account",
        subject_id=user_id,
    )
    session.flush()
    return as_signed_in(session, user)


def end_sessions(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """End every session of this person: a cookie that somebody copied is worth nothing after it."""
    _own(session, organisation_id, user_id).session_serial += 1
    record_event(
        session,
        organisation_id,
        "user.signed_out",
        user_id=user_id,
        subject="user_account",
        subject_id=user_id,
    )


def keep_language(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, language: str) -> None:
    """Speak this language to this person from now on, in mails too."""
    if language in LANGUAGES:
        _own(session, organisation_id, user_id).language = language


def _own(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> User:
    user = session.get(User, (organisation_id, user_id))
    if user is None:
        raise NotFound
    return user
