"""The forms of this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DecimalField, RadioField, SelectField
from wtforms.validators import InputRequired, Length

Choices = Sequence[tuple[str, str]]


class UploadForm(FlaskForm):
    """One file."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose the file to import."))],
        description=_l("CSV or XLSX, at most 20 MB. Nothing is written before you have seen what would change."),
    )


class StaffForm(UploadForm):
    """The staff list, or a part of it."""

    mode = RadioField(_l("What the file holds"), default="add")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mode.choices = [
            ("add", _("New people and changes. Whoever is missing from it stays.")),
            ("whole", _("Everybody who works here. Whoever is missing from it has left.")),
        ]


class MatrixForm(UploadForm):
    """Who serves whom, all of it or more of it."""

    mode = RadioField(_l("What the file holds"), default="add")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mode.choices = [
            ("add", _("More pairs. Those of earlier files stay.")),
            ("replace", _("All pairs that come by file. Those of earlier files that it lacks are taken out.")),
        ]


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

    def offer(self, questionnaires: Choices, competences: Choices) -> None:
        self.questionnaire.choices = list(questionnaires)
        self.criterion.choices = [("", _("The mean of all ratings")), *competences]
