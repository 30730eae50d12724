"""Reminders on days that HR has set: so many days before closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from webapp.records.base import now


def due_days(
    days: Sequence[int], done: Collection[int], opened_at: dt.datetime, closes_at: dt.datetime
) -> Sequence[int]:
    """The days before closing that have come and are not done; days that had passed before it opened are none."""
    moments = {day: closes_at - dt.timedelta(days=day) for day in days}
    return [day for day, moment in moments.items() if day not in done and opened_at < moment <= now() < closes_at]
