"""How much time the candidates' own outages can bring, as each company sets it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.records import Organisation
from webapp.services.record_event import record_event
from webapp.services.sitting_time.reckoning import BUDGET_MINUTES, BUDGET_SHARE


@dataclass(frozen=True)
class Rules:
    """A share of the time, and no more than so many minutes."""

    share: float
    minutes: float


def read_rules(session: Session, organisation_id: uuid.UUID) -> Rules:
    settings = session.get_one(Organisation, organisation_id).settings
    return Rules(
        float(settings.get("outage_share", BUDGET_SHARE)), float(settings.get("outage_minutes", BUDGET_MINUTES))
    )


def set_rules(session: Session, organisation_id: uuid.UUID, share: float, minutes: float, user_id: uuid.UUID) -> None:
    organisation = session.get_one(Organisation, organisation_id, populate_existing=True, with_for_update=True)
    organisation.settings = {**organisation.settings, "outage_share": share, "outage_minutes": minutes}
    record_event(
        session,
        organisation_id,
        "time.rules_changed",
        user_id=user_id,
        subject="organisation",
        subject_id=organisation_id,
        share=share,
        minutes=minutes,
    )
