"""Under which number a thing that somebody told is kept: without the installation's secret nobody tells whose it is."""

from __future__ import annotations

import hashlib
import hmac
import uuid


def answer_id(secret_key: str, organisation_id: uuid.UUID, attribute: str, applicant_id: uuid.UUID) -> uuid.UUID:
    """Another number for each attribute, so that not even the answers of one person stand together."""
    return uuid.UUID(bytes=keyed(secret_key, "answer", organisation_id, attribute, applicant_id)[:16])


def keyed(secret_key: str, purpose: str, *parts: object) -> bytes:
    text = ":".join(("demographics", purpose, *(str(part) for part in parts)))
    return hmac.digest(secret_key.encode(), text.encode(), hashlib.sha256)
