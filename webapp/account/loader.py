"""From the cookie to the person, while the session lasts."""

from __future__ import annotations

import time

from flask import session

from webapp.extensions import db
from webapp.security import SignedIn
from webapp.services.sign_in import identify

# A long working day; and an hour at lunch, or a meeting, without having to sign in again.
LONGEST_SECONDS = 12 * 60 * 60
LONGEST_PAUSE_SECONDS = 2 * 60 * 60
SECONDS_BETWEEN_STAMPS = 60


def load_user(key: str) -> SignedIn | None:
    """The person of the cookie; None where the session has ended, here or by its time."""
    if not in_time(int(time.time())):
        return None
    return identify(db.session, key)


def stamp_session() -> None:
    """Begin to count."""
    session["since"] = session["seen"] = int(time.time())


def in_time(moment: int) -> bool:
    """Whether the session is neither too old nor left alone for too long; being here is noted."""
    since, seen = session.get("since", 0), session.get("seen", 0)
    if moment - since > LONGEST_SECONDS or moment - seen > LONGEST_PAUSE_SECONDS:
        return False
    if moment - seen > SECONDS_BETWEEN_STAMPS:
        session["seen"] = moment
    return True
