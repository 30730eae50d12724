"""Personal links of experts: made again whenever a mail needs one, stored nowhere."""

from __future__ import annotations

import uuid

from webapp.config import Settings
from webapp.security import derived_token, token_hash

PURPOSE = "panel"


def link_token(secret_key: str, link_id: uuid.UUID) -> str:
    return derived_token(secret_key, PURPOSE, link_id)


def link_hash(secret_key: str, link_id: uuid.UUID) -> str:
    return token_hash(link_token(secret_key, link_id))


def expert_link(settings: Settings, link_id: uuid.UUID) -> str:
    return f"{settings.base_url}/p/{link_token(settings.secret_key, link_id)}"
