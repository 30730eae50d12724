"""The forms of this room."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DecimalField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

Choices = Sequence[tuple[str, str]]


class UploadForm(FlaskForm):
    """One file."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose the file to import."))],
        description=_l("CSV or XLSX, at most 20 MB. Nothing is written before you have seen what would change."),
    )


class AnswersForm(UploadForm):
    """Answers, and to what."""

    questionnaire = SelectField(
        _l("Questionnaire"), [InputRequired(_l("Choose the questionnaire that these are the answers to."))]
    )


class RatingsForm(UploadForm):
    """Ratings, and on which scale."""

    lowest = DecimalField(
        _l("Lowest possible rating"),
        [InputRequired(_l("Give the lowest number of your scale, such as 1."))],
        places=None,
        default=1,
    )
    highest = DecimalField(
        _l("Highest possible rating"),
        [InputRequired(_l("Give the highest number of your scale, such as 5."))],
        places=None,
        default=5,
    )


class RetrainForm(FlaskForm):
    """What to train, and to predict what."""

    questionnaire = SelectField(_l("Questionnaire"))
    criterion = SelectField(
        _l("What to predict"), [Length(max=100)], description=_l("The mean of all competences suits most companies.")
    )

    def offer(self, questionnaires: Choices, competences: Sequence[str]) -> None:
        self.questionnaire.choices = list(questionnaires)
        self.criterion.choices = [("", _("The mean of all ratings")), *((name, name) for name in competences)]


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
