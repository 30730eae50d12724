"""Close a vacancy, open it again, put it away, take it out again. Nothing of it is lost by any of these."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Vacancy
from webapp.records.base import now
from webapp.services.items.set_aside import catch_up
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event

STEPS = {
    "closed": ("open", "closed"),
    "reopened": ("closed", "open"),
    "archived": ("closed", "archived"),
    "unarchived": ("archived", "closed"),
}
"""What can be done: from which state, to which."""


def change_state(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, step: str, user_id: uuid.UUID
) -> None:
    """Take one of `STEPS`; the second press finds what the first one did."""
    before, after = STEPS[step]
    vacancy = lock_row(session, Vacancy, organisation_id, vacancy_id)
    if vacancy.state == after:
        return
    if vacancy.state != before:
        raise Conflict(_("The vacancy has changed meanwhile. Look at it again."))
    vacancy.state = after
    if step == "closed":
        vacancy.closed_at = now()
    elif step == "reopened":
        vacancy.closed_at = None
        catch_up(session, organisation_id, vacancy.questionnaire_id, user_id)
    record_event(session, organisation_id, f"vacancy.{step}", user_id=user_id, subject="vacancy", subject_id=vacancy.id)
    session.flush()
