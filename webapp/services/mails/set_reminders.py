"""HR says when people are reminded by themselves."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import Organisation
from webapp.services.mails.reminder_policy import ReminderPolicy, reminder_policy
from webapp.services.set_policy import set_policy


def reminders_of(session: Session, organisation_id: uuid.UUID) -> ReminderPolicy:
    return reminder_policy(session.get_one(Organisation, organisation_id))


def set_reminder_policy(
    session: Session, organisation_id: uuid.UUID, policy: ReminderPolicy, *, user_id: uuid.UUID
) -> None:
    """Set it; what is due by it goes out with the next look of the worker."""
    if not (1 <= policy.after_days <= 60 and 1 <= policy.before_days <= 30 and 0 <= policy.at_most <= 2):
        raise Invalid([_("Give whole numbers of days: 1 to 60 after the invitation, 1 to 30 before the end.")])
    kept = {"reminders": asdict(policy)}
    set_policy(session, organisation_id, "reminder_policy.changed", reminder_policy, policy, kept, user_id=user_id)
