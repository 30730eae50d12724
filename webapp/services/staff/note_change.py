"""Write down what a person or a unit was and what it became."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.records import StaffHistory, StaffMember, Unit


@dataclass(frozen=True)
class Author:
    """Who makes a change, and with which file."""

    user_id: uuid.UUID | None = None
    batch_id: uuid.UUID | None = None


def note_change(
    session: Session, subject: StaffMember | Unit, what: str, before: str, after: str, author: Author
) -> None:
    """Add one line to the history of this person or this unit."""
    of_person = isinstance(subject, StaffMember)
    session.add(
        StaffHistory(
            organisation_id=subject.organisation_id,
            staff_member_id=subject.id if of_person else None,
            unit_id=None if of_person else subject.id,
            what=what,
            before=before,
            after=after,
            user_id=author.user_id,
            batch_id=author.batch_id,
        )
    )
