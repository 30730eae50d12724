"""Days that somebody plans with: near enough to be meant, so that nothing is computed beyond the calendar's end."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField
from wtforms.validators import ValidationError

from webapp.records.base import now

FARTHEST = dt.timedelta(days=5 * 366)


def is_near(day: dt.date) -> bool:
    """Within five years of today, either way."""
    return abs(day - now().date()) <= FARTHEST


def near_day(_form: FlaskForm, field: DateField) -> None:
    """The validator of forms: a slip such as the year 9999 is said, not computed with."""
    if field.data is not None and not is_near(field.data):
        raise ValidationError(_("Choose a day within five years of today."))
