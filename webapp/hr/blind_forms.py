"""The forms about hidden names."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

REASON = _l("Give the reason in a sentence, at most 2000 characters.")


class BlindRuleForm(FlaskForm):
    """The company's rule for new vacancies."""

    required = BooleanField(
        _l("Every new vacancy hides names until a decision is recorded"),
        description=_l("Recruiters cannot change it. Vacancies that are open already stay as they are."),
    )


class ReleaseForm(FlaskForm):
    """Why HR asks for hidden names no longer."""

    reason = TextAreaField(
        _l("Reason"), [InputRequired(REASON), Length(10, 2000, REASON)], description=_l("It is kept with your name.")
    )
