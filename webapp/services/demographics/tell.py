"""What one person tells of themselves: kept, changed and taken back at their own word, and read by nobody else.

No event is written: the time at which somebody told something would be the first step to finding out what.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from webapp.errors import Conflict, NotFound
from webapp.records import DemographicAnswer, Organisation, Sitting
from webapp.services.demographics.forget_demographics import forget_answers
from webapp.services.demographics.keys import answer_id
from webapp.services.demographics.policy import demographic_policy
from webapp.services.demographics.read_groups import groups_of

NOT_SAID = "not_said"


def may_tell(sitting: Sitting) -> bool:
    """After the answers are in, and never before; who is on the staff is not asked."""
    return sitting.state == "submitted" and sitting.applicant_id is not None and sitting.purpose == "selection"


def what_is_asked(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    return demographic_policy(organisation).asked


def told_by(session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, secret_key: str) -> dict[str, str]:
    """For this person's own page and file alone."""
    found = groups_of(session, organisation_id, [applicant_id], secret_key)
    return {attribute: people[applicant_id] for attribute, people in found.items()}


def tell(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, told: Mapping[str, str], secret_key: str
) -> None:
    """Keep what was chosen. “Prefer not to say” keeps nothing; what was left alone stays as it was."""
    applicant_id = _who(session, organisation_id, sitting_id)
    asked = what_is_asked(session.get_one(Organisation, organisation_id))
    for attribute, category in told.items():
        if attribute not in asked or category not in (*asked[attribute], NOT_SAID):
            raise Conflict()
        _keep(session, organisation_id, attribute, category, applicant_id, secret_key)
    session.flush()


def take_back(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, secret_key: str) -> None:
    """Delete all that this person told."""
    forget_answers(session, organisation_id, [_who(session, organisation_id, sitting_id)], secret_key)


def _who(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID) -> uuid.UUID:
    sitting = session.get(Sitting, (organisation_id, sitting_id))
    if sitting is None or sitting.applicant_id is None or not may_tell(sitting):
        raise NotFound()
    return sitting.applicant_id


def _keep(
    session: Session, owner: uuid.UUID, attribute: str, category: str, applicant_id: uuid.UUID, secret_key: str
) -> None:
    number = answer_id(secret_key, owner, attribute, applicant_id)
    row = session.get(DemographicAnswer, (owner, number))
    if category == NOT_SAID:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(DemographicAnswer(organisation_id=owner, id=number, attribute=attribute, category=category))
    else:
        row.category = category
