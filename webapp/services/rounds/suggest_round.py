"""The days that a new round is suggested for."""

from __future__ import annotations

import datetime as dt

from webapp.records.base import now

DAYS = 14


def suggested_days() -> tuple[dt.date, dt.date]:
    """Two weeks from next Monday on: people plan by weeks."""
    today = now().date()
    monday = today + dt.timedelta(days=7 - today.weekday())
    return monday, monday + dt.timedelta(days=DAYS - 1)
