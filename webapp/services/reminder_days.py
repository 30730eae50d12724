"""Reminders on days that HR has set: so many days before closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence


def due_days(
    days: Sequence[int], done: Collection[int], *, opened: dt.datetime, moment: dt.datetime, closes: dt.datetime
) -> Sequence[int]:
    """The days before closing that have come and are not done; days that had passed before it opened are none."""
    moments = {day: closes - dt.timedelta(days=day) for day in days}
    return [day for day, due in moments.items() if day not in done and opened < due <= moment < closes]
