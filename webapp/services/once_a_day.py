"""Reminders by hand go out at most once a day, whatever they remind of."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from webapp.errors import Conflict
from webapp.records.base import now

# Less than a day, so that whoever comes at nine one day and at eight the next is not sent away.
HOURS_BETWEEN = 20


def check_once_a_day(reminded_at: dt.datetime | None) -> None:
    if reminded_at and reminded_at > now() - dt.timedelta(hours=HOURS_BETWEEN):
        raise Conflict(_("People were reminded less than a day ago. Wait until tomorrow."))
