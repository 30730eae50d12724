"""From the cookie to the person."""

from __future__ import annotations

from webapp.extensions import db
from webapp.security import SignedIn
from webapp.services.sign_in import identify


def load_user(key: str) -> SignedIn | None:
    return identify(db.session, key)
