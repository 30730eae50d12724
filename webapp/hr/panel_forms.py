"""The forms of expert panels."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from webapp.config import LANGUAGES
from webapp.days import near_day
from webapp.services.panel.make_panel import PanelPlan


class PanelForm(FlaskForm):
    """Which questionnaire is rated, until when, and how far the experts may lie apart."""

    questionnaire = SelectField(
        _l("Questionnaire"), description=_l("Experts rate every action in it. A questionnaire without a key will do.")
    )
    title = StringField(
        _l("Title"),
        [DataRequired(_l("Give the panel a title.")), Length(max=150, message=_l("Keep it under 150 letters."))],
        description=_l("Experts read it. For example: What good service looks like, 2026."),
    )
    closes_on = DateField(
        _l("Last day"),
        [InputRequired(_l("Give the last day.")), near_day],
        description=_l("Ratings are taken until the end of this day, by the server's clock (UTC)."),
    )
    widest_spread = RadioField(
        _l("Leave an action out when the experts' ratings spread by more than"),
        default="1.0",
        choices=[
            SelectChoice("0.8", _l("0.8 points: strict")),
            SelectChoice("1.0", _l("1 point: usual")),
            SelectChoice("1.2", _l("1.2 points: lenient")),
        ],
        description=_l(
            "The standard deviation on the scale from 1 to 5. It is set now, before anybody rates, and cannot be "
            "changed later."
        ),
    )

    def offer(self, questionnaires: Sequence[tuple[uuid.UUID, str]]) -> None:
        self.questionnaire.choices = [(str(number), name) for number, name in questionnaires]

    def plan(self) -> PanelPlan:
        return PanelPlan(
            questionnaire_id=uuid.UUID(self.questionnaire.data),
            title=" ".join(self.title.data.split()),
            closes_on=self.closes_on.data,
            widest_spread=float(self.widest_spread.data),
        )


class ExpertsForm(FlaskForm):
    """Experts to ask, one to a line."""

    people = TextAreaField(
        _l("Experts to ask"),
        [DataRequired(_l("Name at least one expert."))],
        description=_l("One person on each line: name and e-mail address, or the address alone."),
    )
    language = RadioField(_l("Language of the mail"), description=_l("Each expert can choose another one on the page."))

    def offer(self, languages: Sequence[str]) -> None:
        self.language.choices = [(code, LANGUAGES[code]) for code in languages]
        self.language.data = self.language.data or languages[0]


class PanelDayForm(FlaskForm):
    """Another last day for a panel that is open."""

    closes_on = DateField(_l("Last day"), [InputRequired(_l("Give the last day.")), near_day])
