"""Weeks as the watch counts them: ISO weeks, from Monday to Sunday, in UTC."""

from __future__ import annotations

import datetime as dt

WEEK = dt.timedelta(days=7)
LOOKED_BACK = 26
"""Weeks that one look compares with the staff."""
LATELY = 4
"""Of these, the newest, which are compared with those before."""


def week_of(moment: dt.datetime) -> str:
    year, week, _day = moment.astimezone(dt.UTC).isocalendar()
    return f"{year:04d}-W{week:02d}"


def start_of(week: str) -> dt.datetime:
    """Monday, midnight."""
    year, number = int(week[:4]), int(week[6:])
    return dt.datetime.combine(dt.date.fromisocalendar(year, number, 1), dt.time(), dt.UTC)


def end_of(week: str) -> dt.datetime:
    return start_of(week) + WEEK


def is_over(week: str, moment: dt.datetime) -> bool:
    return end_of(week) <= moment


def weeks_before(week: str, number: int) -> list[str]:
    """So many weeks up to this one and with it, the oldest first."""
    return [week_of(start_of(week) - back * WEEK) for back in range(number - 1, -1, -1)]


def last_whole_week(moment: dt.datetime) -> str:
    return week_of(moment - WEEK)
