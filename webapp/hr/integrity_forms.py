"""The forms about retakes, reminders and confirmations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from webapp.services.retakes import LONGEST_INTERVAL_DAYS

WHOLE_DAYS = _l("Give a whole number of days, from 1 to 730, such as 180.")
DAYS = _l("Give whole numbers of days: 1 to 60 after the invitation, 1 to 30 before the end.")
REASON = _l("Give the reason in a sentence, at most 2000 characters.")


class RetakeForm(FlaskForm):
    """The one policy of the organisation."""

    interval_days = IntegerField(
        _l("Days before the same questionnaire can be taken again"),
        [InputRequired(WHOLE_DAYS), NumberRange(1, LONGEST_INTERVAL_DAYS, WHOLE_DAYS)],
        description=_l("180 is usual: by then little of the questions is remembered."),
    )
    reuse = BooleanField(
        _l("A result may serve a further vacancy, if its owner agrees"),
        description=_l("Only for the same version and form of the questionnaire, and only within the days above."),
    )


class ReminderForm(FlaskForm):
    """When people are reminded by themselves."""

    after_days = IntegerField(
        _l("Days after the invitation, to those who have not begun"), [InputRequired(DAYS), NumberRange(1, 60, DAYS)]
    )
    before_days = IntegerField(
        _l("Days before the link ends, to everybody who has not sent the answers"),
        [InputRequired(DAYS), NumberRange(1, 30, DAYS)],
    )
    at_most = SelectField(
        _l("Reminders for one person"),
        choices=lambda: [
            SelectChoice("2", _l("At most two")),
            SelectChoice("1", _l("At most one")),
            SelectChoice("0", _l("None")),
        ],
        description=_l("Two mails are never closer than two days, and nobody who has sent the answers gets one."),
    )


class ReasonForm(FlaskForm):
    """Why."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(REASON), Length(10, 2000, REASON)],
        description=_l("It is kept with your name. Write nothing about health."),
    )
