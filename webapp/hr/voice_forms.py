"""The forms of the desk for the staff's notes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from webapp.services.voice.answer_note import LONGEST_ANSWER, LONGEST_REASON
from webapp.services.voice.box import FEWEST_DAYS, MOST_DAYS


class BoxForm(FlaskForm):
    """Whether the box is open, and how long a note may wait."""

    taking = BooleanField(_l("The box takes notes"), description=_l("The board with the answers is there anyway."))
    answer_days = IntegerField(
        _l("Days to answer a note"),
        description=_l(
            "From 1 to 60. Later a note is overdue, and all of the staff can read it. "
            "Notes that are there keep their day."
        ),
        validators=[
            InputRequired(_l("Write a number of days from 1 to 60.")),
            NumberRange(FEWEST_DAYS, MOST_DAYS, _l("Write a number of days from 1 to 60.")),
        ],
    )


class AssignForm(FlaskForm):
    """Who sees to a note, and by when."""

    owner = StringField(
        _l("Who sees to it"),
        [Length(max=200, message=_l("Shorten the name to 200 characters."))],
        description=_l("Personnel code or whole name. They get a mail and can write the answer on their page."),
    )
    due_on = DateField(
        _l("Answer by"),
        [InputRequired(_l("Give a day."))],
        description=_l("A moved day shows on the board beside the first one."),
    )


class NoteAnswerForm(FlaskForm):
    """The answer that all of the staff read."""

    answer = TextAreaField(
        _l("What the staff are told"),
        [
            InputRequired(_l("Write an answer in your own words.")),
            Length(max=LONGEST_ANSWER, message=_l("Shorten this to 4,000 letters.")),
        ],
        description=_l("All of the staff read it together with the note, in the words that you write here."),
    )


class WithholdForm(FlaskForm):
    """Why a note is taken off the board."""

    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Write the reason. All of the staff read it.")),
            Length(max=LONGEST_REASON, message=_l("Shorten this to 500 letters.")),
        ],
        description=_l("For example: it accuses somebody by name. Do not repeat what it says."),
    )
