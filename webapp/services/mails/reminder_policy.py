"""When people are reminded by themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from webapp.records import Organisation


@dataclass(frozen=True)
class ReminderPolicy:
    """Days after the invitation, days before the link ends, and how many at most; none where `at_most` is 0.

    The first is for people who have not begun; the last for those who began and have not sent their answers, too.
    """

    after_days: int = 5
    before_days: int = 3
    at_most: int = 2


APART = dt.timedelta(days=2)
"""No two mails that remind, whoever had them sent, come closer than this."""


def reminder_policy(organisation: Organisation) -> ReminderPolicy:
    """What this organisation has set, else the default."""
    kept = organisation.settings.get("reminders", {})
    default = ReminderPolicy()
    return ReminderPolicy(
        *(int(kept.get(name, getattr(default, name))) for name in ("after_days", "before_days", "at_most"))
    )
