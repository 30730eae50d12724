"""What somebody may ask for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

WANTED = [
    ("time", _l("More time")),
    ("untimed", _l("No time limit")),
    ("breaks", _l("Breaks in between")),
    ("other", _l("Something else, such as a larger print, paper, or somebody who reads aloud")),
]


class AskForm(FlaskForm):
    """What would help; nothing of it is required, as long as something is said."""

    wanted = SelectMultipleField(
        _l("What would help you?"),
        choices=lambda: WANTED,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    words = TextAreaField(
        _l("In your own words"),
        [Length(max=500, message=_l("Write at most 500 characters."))],
        description=_l("How much time, how long a break, what else. You need not say why, and no diagnosis."),
    )
