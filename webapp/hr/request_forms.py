"""The forms about people's rights."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from webapp.services.feedback.policy import AFTER_CLOSE, AT_ONCE, LONGEST_REVIEW, SHORTEST_REVIEW, WITH_BANDS
from webapp.services.rights.answer_review import LONGEST_ANSWER


class AnswerForm(FlaskForm):
    """An answer to one request."""

    answer = TextAreaField(
        _l("Your answer"),
        description=_l("In your own words and in the person’s language: what you looked at, found, and will do."),
        validators=[
            DataRequired(_l("Write an answer in your own words.")),
            Length(max=LONGEST_ANSWER, message=_l("Shorten this to 8,000 characters.")),
        ],
    )


class RightsForm(FlaskForm):
    """When feedback is shown, and how long an answer may take."""

    shown = RadioField(
        _l("Feedback for applicants"),
        choices=[
            SelectChoice(AT_ONCE, _l("At once; what depends on their answers once the vacancy has closed")),
            SelectChoice(WITH_BANDS, _l("At once, with bands for people whom you invited by name")),
            SelectChoice(AFTER_CLOSE, _l("Only once the vacancy has closed")),
        ],
        description=_l(
            "Bands at once help somebody who sits again and again under many addresses: in our trial fifty such "
            "sittings gave away more than half of the key."
        ),
        validators=[InputRequired(_l("Choose when feedback is shown."))],
    )
    review_days = IntegerField(
        _l("Days to answer a request"),
        description=_l("From 1 to 90. The law of the European Union asks for an answer within one month."),
        validators=[
            InputRequired(_l("Write a number of days from 1 to 90.")),
            NumberRange(SHORTEST_REVIEW, LONGEST_REVIEW, _l("Write a number of days from 1 to 90.")),
        ],
    )


class ErasedForm(FlaskForm):
    """Which erasure is asked about."""

    name = StringField(
        _l("Certificate or number of the sitting"),
        validators=[DataRequired(_l("Write the code of the certificate, or the number of the sitting."))],
    )
    answers = TextAreaField(
        _l("Answers to compare"),
        description=_l("What stands under “answers” in the person’s own export, if they brought it along."),
    )
