"""The forms of the loyalty monitor."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField
from wtforms.validators import InputRequired

from webapp.days import near_day
from webapp.hr.round_forms import ticks
from webapp.services.monitor.draft_monitor import MonitorPlan


class MonitorForm(FlaskForm):
    """The year, the last day, the reminders."""

    year = IntegerField(
        _l("Year"),
        [InputRequired(_l("Give the year."))],
        description=_l("There is one monitor for each year, so that years can be compared."),
    )
    closes_on = DateField(
        _l("Last day"),
        [InputRequired(_l("Give the last day.")), near_day],
        description=_l("Answers are taken until the end of this day, by the server's clock (UTC)."),
    )
    reminder_days = ticks(_l("Remind those who have not sent answers"), coerce=int, default=[7, 2])

    def offer(self) -> MonitorForm:
        self.reminder_days.choices = [
            (14, _("Two weeks before the end")),
            (7, _("A week before the end")),
            (2, _("Two days before the end")),
            (1, _("On the last day")),
        ]
        return self

    def plan(self) -> MonitorPlan:
        return MonitorPlan(self.year.data, self.closes_on.data, tuple(self.reminder_days.data or ()))


class MonitorDayForm(FlaskForm):
    """Another last day for one that is open."""

    closes_on = DateField(_l("Last day"), [InputRequired(_l("Give the last day.")), near_day])
