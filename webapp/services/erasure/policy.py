"""What the company has stated: what becomes of models that were trained with somebody who is erased."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from webapp.records import Organisation
from webapp.services.set_policy import set_policy

KEEP, REPLACE, RETIRE = "keep", "replace", "retire"
ACTIONS = (REPLACE, RETIRE, KEEP)
RETRAIN_DAYS = 7
LONGEST_WAIT = 365
LONGEST_STATEMENT = 1_000


@dataclass(frozen=True)
class ErasurePolicy:
    """`replace`: serve until a model without the person takes over; `retire`: at once; `keep`: stay, for a reason."""

    action: str = REPLACE
    days: int = RETRAIN_DAYS
    """Within so many days of an erasure a new model is trained without the person."""
    statement: str = ""
    """Why models stay, in the company's words; certificates say it."""


def erasure_policy(organisation: Organisation) -> ErasurePolicy:
    """What this organisation has set, else the default."""
    kept = organisation.settings.get("erasure", {})
    action = kept.get("action", REPLACE)
    return ErasurePolicy(
        action if action in ACTIONS else REPLACE, int(kept.get("days", RETRAIN_DAYS)), str(kept.get("statement", ""))
    )


def policy_of(session: Session, organisation_id: uuid.UUID) -> ErasurePolicy:
    return erasure_policy(session.get_one(Organisation, organisation_id))


def set_erasure_policy(
    session: Session, organisation_id: uuid.UUID, policy: ErasurePolicy, *, user_id: uuid.UUID
) -> None:
    """Keep it for erasures from now on; what earlier ones were promised stays as it was."""
    set_policy(
        session,
        organisation_id,
        "erasure.policy_set",
        erasure_policy,
        policy,
        {"erasure": asdict(policy)},
        user_id=user_id,
    )
