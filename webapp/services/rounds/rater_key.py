"""Under which name a rater's ratings are kept: a key that only this round knows, and only while it is open."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid

from webapp.records import RatingRound


def new_salt() -> bytes:
    return secrets.token_bytes(32)


def rater_key(row: RatingRound, secret_key: str, rater_id: uuid.UUID) -> str:
    """HMAC of the rater. It takes the site's secret and the round's salt; closing destroys the salt for good.

    The same person has one key within a round, which adjusting for severity needs, and another in the next round.
    """
    if row.key_salt is None:
        raise ValueError("a round that is not open has no keys")
    key = hmac.new(secret_key.encode(), b"rating-round:" + row.key_salt, hashlib.sha256).digest()
    return hmac.new(key, rater_id.bytes, hashlib.sha256).hexdigest()[:32]
