"""When people are told what their answers came to, and by when a request must be answered: the company's settings.

What depends on the options that somebody chose gives the key away to whoever sits often enough, so that it waits
until the vacancy has closed, unless the company decides otherwise (decision 0028).
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from webapp.records import Applicant, Organisation, Vacancy
from webapp.services.set_policy import set_policy

AT_ONCE, WITH_BANDS, AFTER_CLOSE = "at_once", "with_bands", "after_close"
SHOWN = (AT_ONCE, WITH_BANDS, AFTER_CLOSE)
REVIEW_DAYS = 30
SHORTEST_REVIEW, LONGEST_REVIEW = 1, 90


@dataclass(frozen=True)
class RightsPolicy:
    """`shown`: at once, at once with the bands for people invited by name, or only after the close."""

    shown: str = AT_ONCE
    review_days: int = REVIEW_DAYS


def rights_policy(organisation: Organisation) -> RightsPolicy:
    """What this organisation has set, else the default."""
    kept = organisation.settings.get("rights", {})
    shown = kept.get("shown", AT_ONCE)
    return RightsPolicy(shown if shown in SHOWN else AT_ONCE, int(kept.get("review_days", REVIEW_DAYS)))


def policy_of(session: Session, organisation_id: uuid.UUID) -> RightsPolicy:
    return rights_policy(session.get_one(Organisation, organisation_id))


def set_rights_policy(
    session: Session, organisation_id: uuid.UUID, policy: RightsPolicy, *, user_id: uuid.UUID
) -> None:
    set_policy(
        session, organisation_id, "rights.set", rights_policy, policy, {"rights": asdict(policy)}, user_id=user_id
    )


def page_is_open(organisation: Organisation, vacancy: Vacancy | None) -> bool:
    """Whether the feedback page is there yet."""
    return vacancy is None or vacancy.state != "open" or rights_policy(organisation).shown != AFTER_CLOSE


def bands_are_open(organisation: Organisation, vacancy: Vacancy | None, applicant: Applicant | None) -> bool:
    """Whether the feedback page may say what depends on the chosen options. Staff sit once and for training only."""
    if vacancy is None or applicant is None or vacancy.state != "open":
        return True
    return rights_policy(organisation).shown == WITH_BANDS and applicant.source != "public"


def contributions_are_open(vacancy: Vacancy) -> bool:
    """Whether it may be told which answers helped: never before the vacancy has closed, whatever is set."""
    return vacancy.state != "open"
