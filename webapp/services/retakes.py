"""The organisation's one policy about taking a questionnaire again."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import Organisation
from webapp.services.set_policy import set_policy

INTERVAL_DAYS = 180
LONGEST_INTERVAL_DAYS = 730


@dataclass(frozen=True)
class RetakePolicy:
    """How long a result counts, and whether it may serve a second vacancy; the notice says both."""

    interval_days: int = INTERVAL_DAYS
    reuse: bool = True


def retake_policy(organisation: Organisation) -> RetakePolicy:
    """What this organisation has set, else the default."""
    kept = organisation.settings.get("retakes", {})
    return RetakePolicy(int(kept.get("interval_days", INTERVAL_DAYS)), bool(kept.get("reuse", True)))


def policy_of(session: Session, organisation_id: uuid.UUID) -> RetakePolicy:
    return retake_policy(session.get_one(Organisation, organisation_id))


def set_retake_policy(
    session: Session, organisation_id: uuid.UUID, policy: RetakePolicy, *, user_id: uuid.UUID
) -> None:
    """Set the one policy of this organisation; it holds for everybody who has not begun."""
    if not 1 <= policy.interval_days <= LONGEST_INTERVAL_DAYS:
        raise Invalid([_("Give a whole number of days, from 1 to %(most)s, such as 180.", most=LONGEST_INTERVAL_DAYS)])
    kept = {"retakes": asdict(policy)}
    set_policy(session, organisation_id, "retake_policy.changed", retake_policy, policy, kept, user_id=user_id)
