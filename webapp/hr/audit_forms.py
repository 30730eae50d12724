"""What an audit pack is to be about."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from webapp.config import LANGUAGES

CHOOSE = _l("Choose from the list.")
Choices = Sequence[tuple[str, str]]


class PackForm(FlaskForm):
    """Which model, which applicants, in which language."""

    model = SelectField(_l("Model"), [InputRequired(CHOOSE)])
    scope = SelectField(
        _l("Applicants"),
        [InputRequired(CHOOSE)],
        description=_l("Only vacancies that this model scores are counted."),
    )
    language = SelectField(
        _l("Language of the document"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice(*each) for each in LANGUAGES.items()],
    )

    def offer(self, models: Choices, scopes: Choices) -> None:
        self.model.choices = [SelectChoice(*each) for each in models]
        self.scope.choices = [SelectChoice(*each) for each in scopes]
