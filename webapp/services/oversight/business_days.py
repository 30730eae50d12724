"""Days on which offices work, as laws about notices count them: Monday to Friday, less the holidays that are named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection


def is_business_day(day: dt.date, holidays: Collection[dt.date] = ()) -> bool:
    return day.weekday() < 5 and day not in holidays


def after_business_days(day: dt.date, number: int, holidays: Collection[dt.date] = ()) -> dt.date:
    """The day that lies so many whole business days after this one; the day itself is not counted."""
    while number > 0:
        day += dt.timedelta(days=1)
        number -= is_business_day(day, holidays)
    return day
