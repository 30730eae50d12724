"""The forms about erasing somebody, and about what becomes of models then."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from webapp.services.erasure.policy import (
    KEEP,
    LONGEST_STATEMENT,
    LONGEST_WAIT,
    REPLACE,
    RETIRE,
    ErasurePolicy,
)


class EraseStaffForm(FlaskForm):
    """Why, and the code once more: it cannot be undone."""

    reason = RadioField(
        _l("Why"),
        choices=[
            SelectChoice("asked", _l("The person asked for it")),
            SelectChoice("retention", _l("The time for keeping it is over")),
        ],
        validators=[InputRequired(_l("Choose why this person is erased."))],
    )
    code = StringField(
        _l("Personnel code of this person"),
        description=_l("Type it to confirm. What is erased cannot be brought back."),
        validators=[DataRequired(_l("Type the code of this person."))],
    )


class ErasurePolicyForm(FlaskForm):
    """The company's rule for models that were trained with somebody erased."""

    action = RadioField(
        _l("Models that were trained with an erased person"),
        choices=[
            SelectChoice(
                REPLACE,
                _l("Go when a model without the person takes over. Open vacancies on them move to it then"),
            ),
            SelectChoice(
                RETIRE,
                _l(
                    "Go at once. An earlier model without the person, or the answer key alone, scores until a new one "
                    "takes over"
                ),
            ),
            SelectChoice(KEEP, _l("Stay. The next model is trained without the person, and you decide when it serves")),
        ],
        validators=[InputRequired(_l("Choose what becomes of the models."))],
    )
    days = IntegerField(
        _l("Days until the training of a new model begins by itself"),
        description=_l("From 0 to 365. One training serves everybody who was erased by then."),
        validators=[
            InputRequired(_l("Write a number of days from 0 to 365.")),
            NumberRange(0, LONGEST_WAIT, _l("Write a number of days from 0 to 365.")),
        ],
    )
    statement = TextAreaField(
        _l("Why models stay"),
        description=_l("Needed where they stay. Certificates say it in these words; write no names."),
        validators=[Length(max=LONGEST_STATEMENT, message=_l("Shorten this to 1,000 characters."))],
    )

    def validate_statement(self, field: TextAreaField) -> None:
        if self.action.data == KEEP and not (field.data or "").strip():
            raise ValidationError(_("Say why models stay: certificates name the reason."))

    def policy(self) -> ErasurePolicy:
        return ErasurePolicy(self.action.data, self.days.data or 0, (self.statement.data or "").strip())
