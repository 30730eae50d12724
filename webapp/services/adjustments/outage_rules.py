"""How much time the candidates' own outages can bring, as each company sets it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.records import Organisation
from webapp.services.set_policy import set_policy
from webapp.services.sitting_time.reckoning import BUDGET_MINUTES, BUDGET_SHARE


@dataclass(frozen=True)
class Rules:
    """A share of the time, and no more than so many minutes."""

    share: float
    minutes: float


def read_rules(session: Session, organisation_id: uuid.UUID) -> Rules:
    return rules_of(session.get_one(Organisation, organisation_id))


def rules_of(organisation: Organisation) -> Rules:
    settings = organisation.settings
    return Rules(
        float(settings.get("outage_share", BUDGET_SHARE)), float(settings.get("outage_minutes", BUDGET_MINUTES))
    )


def set_rules(session: Session, organisation_id: uuid.UUID, share: float, minutes: float, user_id: uuid.UUID) -> None:
    wanted, kept = Rules(share, minutes), {"outage_share": share, "outage_minutes": minutes}
    set_policy(session, organisation_id, "time.rules_changed", rules_of, wanted, kept, user_id=user_id)
