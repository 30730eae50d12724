"""The forms of promotion, approval and the stop switch."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget


class VacanciesForm(FlaskForm):
    """Which open vacancies move to the model."""

    vacancies = SelectMultipleField(
        _l("Open vacancies to move to this model"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_l(
            "A vacancy that you do not tick stays on its model. One that moves keeps its present list until everybody "
            "is scored again, usually within a minute. People may change places."
        ),
    )
