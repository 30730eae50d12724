"""What somebody told goes with the person: when they erase themselves, and when the time of keeping is over."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp.records import DemographicAnswer
from webapp.services.demographics.catalogue import ATTRIBUTES
from webapp.services.demographics.keys import answer_id
from webapp.services.demographics.leave_blocks import forget_in_blocks

CHUNK = 500


def forget_demographics(
    session: Session, organisation_id: uuid.UUID, applicant_ids: Collection[uuid.UUID], secret_key: str
) -> None:
    """Delete what these applicants told, and their part of what was counted: they leave."""
    forget_answers(session, organisation_id, applicant_ids, secret_key)
    forget_in_blocks(session, organisation_id, applicant_ids, secret_key)


def forget_answers(
    session: Session, organisation_id: uuid.UUID, applicant_ids: Collection[uuid.UUID], secret_key: str
) -> None:
    """Delete what these applicants told; what was counted before stands until it is counted anew."""
    numbers = [answer_id(secret_key, organisation_id, each, person) for each in ATTRIBUTES for person in applicant_ids]
    for start in range(0, len(numbers), CHUNK):
        some = DemographicAnswer.id.in_(numbers[start : start + CHUNK])
        gone = delete(DemographicAnswer).where(DemographicAnswer.organisation_id == organisation_id, some)
        session.execute(gone.execution_options(synchronize_session=False))
