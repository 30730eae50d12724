"""The forms of HR's oversight page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from webapp.services.oversight.sample_rule import LARGEST, SampleRule

WHOLE = _l("Give a whole number.")


class SampleForm(FlaskForm):
    """How many people are drawn from below the cut."""

    percent = IntegerField(_l("Per cent of those below the cut"), [InputRequired(WHOLE), NumberRange(1, 100, WHOLE)])
    least = IntegerField(_l("But at least"), [InputRequired(WHOLE), NumberRange(1, LARGEST, WHOLE)])
    most = IntegerField(_l("And at most"), [InputRequired(WHOLE), NumberRange(1, LARGEST, WHOLE)])

    def rule(self) -> SampleRule:
        return SampleRule(self.percent.data or 0, self.least.data or 0, self.most.data or 0)


class NoticeRuleForm(FlaskForm):
    """Places whose law wants people told some business days before."""

    places = TextAreaField(
        _l("Places, one on each line"),
        description=_l("A name and a number of business days, such as “New York City 10”. Verify with counsel."),
    )
    holidays = TextAreaField(
        _l("Days off that are no business days, one on each line"),
        description=_l("Such as 2026-12-25. Saturdays and Sundays never count."),
    )
