"""The company's one rule on names: whether every new vacancy hides them."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from webapp.records import Organisation
from webapp.services.set_policy import set_policy


@dataclass(frozen=True)
class BlindPolicy:
    """Whether HR holds every vacancy blind that is opened from now on."""

    required: bool = False


def blind_policy(organisation: Organisation) -> BlindPolicy:
    return BlindPolicy(bool(organisation.settings.get("blind", {}).get("required", False)))


def blind_policy_of(session: Session, organisation_id: uuid.UUID) -> BlindPolicy:
    return blind_policy(session.get_one(Organisation, organisation_id))


def set_blind_policy(session: Session, organisation_id: uuid.UUID, policy: BlindPolicy, *, user_id: uuid.UUID) -> None:
    kept = {"blind": asdict(policy)}
    set_policy(session, organisation_id, "blind_policy.changed", blind_policy, policy, kept, user_id=user_id)
