"""The forms of promotion, approval and the stop switch."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.services.promotion.approval_rule import LONGEST_DAYS, SHORTEST_DAYS
from webapp.services.promotion.requests import LONGEST_REASON

REASON = _l("Give the reason in a sentence, at most 2000 characters.")
DAYS = _l("Give a whole number of days, from 1 to 60, such as 7.")
KEPT = _l("It is kept with your name. Name nobody in it.")


class VacanciesForm(FlaskForm):
    """Which open vacancies move to the model, and why it is to serve."""

    vacancies = SelectMultipleField(
        _l("Open vacancies to move to this model"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_l(
            "A vacancy that you do not tick stays on its model. One that moves keeps its present list until everybody "
            "is scored again, usually within a minute. People may change places."
        ),
    )
    reason = TextAreaField(_l("Reason"), [Optional(), Length(max=LONGEST_REASON, message=REASON)], description=KEPT)

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason:
            self.reason.validators = [InputRequired(REASON), Length(5, LONGEST_REASON, REASON)]
            self.reason.flags.required = True


class ReasonForm(FlaskForm):
    """Why."""

    reason = TextAreaField(_l("Reason"), [InputRequired(REASON), Length(5, LONGEST_REASON, REASON)], description=KEPT)


class DecisionForm(FlaskForm):
    """Why a request is approved or declined."""

    answer = TextAreaField(
        _l("Your reason"), [InputRequired(REASON), Length(5, LONGEST_REASON, REASON)], description=KEPT
    )


class ApprovalForm(FlaskForm):
    """For how long a request waits."""

    days = IntegerField(
        _l("Days after which a request without an answer ends"),
        [InputRequired(DAYS), NumberRange(SHORTEST_DAYS, LONGEST_DAYS, DAYS)],
    )
