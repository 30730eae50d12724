"""The forms of the adjustments role; each asks for a reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from webapp.services.adjustments.change_time import MOST_MINUTES, Given
from webapp.services.adjustments.grant_adjustment import Grant

FACTORS = [
    ("1", _l("The same as everybody")),
    ("1.25", _l("A quarter more")),
    ("1.5", _l("Half as much again")),
    ("2", _l("Twice as much")),
    ("none", _l("No time limit")),
]
MINUTES = _l("Give whole minutes, from 1 to 240.")


def cleaned(text: str | None) -> str:
    return " ".join((text or "").split())


def reason() -> StringField:
    return StringField(
        _l("Reason"),
        [DataRequired(_l("Write why, for whoever asks later.")), Length(max=300, message=_l("Shorten this text."))],
        filters=[cleaned],
        description=_l("Kept with the decision. Only people with this role read it; leave out diagnoses."),
    )


def note() -> TextAreaField:
    return TextAreaField(
        _l("Note to the applicant"),
        [Length(max=1000, message=_l("Shorten this text."))],
        description=_l("Goes out by mail and stands on their page."),
    )


class GrantForm(FlaskForm):
    """What a person gets."""

    factor = SelectField(_l("Time"), choices=lambda: FACTORS)
    breaks = SelectField(_l("Breaks"), choices=lambda: [(str(n), str(n)) for n in range(7)])
    break_minutes = SelectField(
        _l("Length of each, in minutes"), choices=lambda: [(n, n) for n in ("5", "10", "15", "30")]
    )
    reason = reason()

    def grant(self) -> Grant:
        factor = None if self.factor.data == "none" else float(self.factor.data)
        return Grant(factor, int(self.breaks.data), int(self.break_minutes.data), self.reason.data)


class AnswerForm(FlaskForm):
    """What somebody who asked is told."""

    decision = RadioField(
        _l("Answer"),
        [InputRequired(_l("Choose what to answer."))],
        choices=lambda: [("granted", _l("Granted")), ("declined", _l("Not granted"))],
    )
    note = note()


class MinutesForm(FlaskForm):
    """Minutes and why."""

    minutes = IntegerField(_l("Minutes"), [InputRequired(MINUTES), NumberRange(1, MOST_MINUTES, MINUTES)], default=10)
    reason = reason()

    def given(self) -> Given:
        return Given(self.minutes.data or 0, self.reason.data or "")


class RulesForm(FlaskForm):
    """How much time the candidates' own outages can bring."""

    share = DecimalField(
        _l("At most this share of the time, in per cent"),
        [InputRequired(_l("Give a number from 0 to 100.")), NumberRange(0, 100, _l("Give a number from 0 to 100."))],
        places=None,
    )
    minutes = DecimalField(
        _l("And at most so many minutes"),
        [InputRequired(_l("Give a number from 0 to 240.")), NumberRange(0, 240, _l("Give a number from 0 to 240."))],
        places=None,
    )
