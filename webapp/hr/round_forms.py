"""The forms of rating rounds and of the company's own competences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FormField, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.form import Form
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.config import LANGUAGES
from webapp.days import near_day
from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.rounds.draft_round import RoundPlan

LONGEST_SCALE = 7
LONG = 1000
NOT_OFFERED = _l("Choose from what is offered.")


def at_least_one(_form: FlaskForm, field: SelectMultipleField) -> None:
    if not field.data:
        raise ValidationError(_("Choose at least one competence."))


def ticks(label: Any, **options: Any) -> SelectMultipleField:
    """Boxes to tick."""
    return SelectMultipleField(
        label,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        invalid_value_message=NOT_OFFERED,
        invalid_choice_message=NOT_OFFERED,
        **options,
    )


class RoundForm(FlaskForm):
    """What a round asks, and when."""

    title = StringField(
        _l("Title"),
        [DataRequired(_l("Give the round a title.")), Length(max=150, message=_l("Keep it under 150 letters."))],
        description=_l("Raters read it. For example: How we work for each other, last quarter of 2026."),
    )
    kind = RadioField(
        _l("Kind"),
        default="regular",
        description=_l("Two rounds of the same kind never run at the same time."),
        invalid_choice_message=NOT_OFFERED,
    )
    opens_on = DateField(_l("First day"), [InputRequired(_l("Give the first day.")), near_day])
    closes_on = DateField(
        _l("Last day"),
        [InputRequired(_l("Give the last day.")), near_day],
        description=_l("Ratings are taken until the end of this day, by the server's clock (UTC)."),
    )
    competences = ticks(_l("Competences"), validators=[at_least_one])
    reminder_days = ticks(_l("Remind those who have not finished"), coerce=int, default=[7, 2])
    repeat_months = RadioField(
        _l("And again?"),
        coerce=int,
        default=0,
        description=_l("Two weeks before its first day the next round is there as a draft, and HR gets a mail."),
        invalid_value_message=NOT_OFFERED,
        invalid_choice_message=NOT_OFFERED,
    )

    def offer(self, competences: Sequence[CompetenceText], language: str) -> None:
        self.competences.choices = [(each.code, each.name_in(language)) for each in competences]
        self.kind.choices = [("regular", _("The regular round")), ("extra", _("An extra one beside it"))]
        self.reminder_days.choices = [
            (14, _("Two weeks before the end")),
            (7, _("A week before the end")),
            (2, _("Two days before the end")),
            (1, _("On the last day")),
        ]
        self.repeat_months.choices = [
            (0, _("No, once")),
            (3, _("Every three months")),
            (6, _("Every six months")),
            (12, _("Every year")),
        ]

    def plan(self) -> RoundPlan:
        return RoundPlan(
            title=self.title.data,
            kind=self.kind.data,
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            competences=tuple(self.competences.data),
            reminder_days=tuple(self.reminder_days.data or ()),
            repeat_months=self.repeat_months.data,
        )


class LastDayForm(FlaskForm):
    """Another last day for a round that is open."""

    closes_on = DateField(_l("Last day"), [InputRequired(_l("Give the last day.")), near_day])


class WordsForm(Form):
    """A competence in one language."""

    name = StringField(_l("Title"), [Length(max=150, message=_l("Keep it under 150 letters."))])
    description = TextAreaField(
        _l("Description"),
        [Length(max=LONG, message=_l("Keep it under 1,000 letters."))],
        description=_l("One sentence from the view of a colleague: what do I get?"),
    )
    indicators = TextAreaField(
        _l("What to look at"),
        [Length(max=LONG, message=_l("Keep it under 1,000 letters."))],
        description=_l("One sign to a line, such as: Says by when it will be done."),
    )
    anchors = TextAreaField(
        _l("What the points mean"),
        [Length(max=2 * LONG, message=_l("Keep it under 2,000 letters."))],
        description=_l("One point to a line, the lowest first. An empty line leaves a point without words."),
    )


class CompetenceForm(FlaskForm):
    """A competence of the company's own, in up to three languages."""

    maximum = IntegerField(
        _l("Highest point of the scale"),
        [
            InputRequired(_l("Give a whole number from 3 to 7.")),
            NumberRange(3, LONGEST_SCALE, _l("Give a whole number from 3 to 7.")),
        ],
        default=5,
        description=_l("The lowest is 1. All competences of a round share one scale; the library's goes from 1 to 5."),
    )
    en = FormField(WordsForm, LANGUAGES["en"])
    ru = FormField(WordsForm, LANGUAGES["ru"])
    lt = FormField(WordsForm, LANGUAGES["lt"])

    @property
    def languages(self) -> list[tuple[str, str, Any]]:
        return [(code, name, self[code].form) for code, name in LANGUAGES.items()]

    def text(self) -> CompetenceText:
        words = {code: form for code, _name, form in self.languages}
        return CompetenceText(
            code="",
            names={code: form.name.data.strip() for code, form in words.items()},
            descriptions={code: form.description.data.strip() for code, form in words.items()},
            indicators={code: lines(form.indicators.data) for code, form in words.items() if form.indicators.data},
            maximum=self.maximum.data,
            anchors={code: points(form.anchors.data, self.maximum.data) for code, form in words.items()},
        )

    def show(self, text: CompetenceText) -> None:
        """Fill in what is known."""
        self.maximum.data = text.maximum
        for code, _name, form in self.languages:
            form.name.data = text.names.get(code, "")
            form.description.data = text.descriptions.get(code, "")
            form.indicators.data = "\n".join(text.indicators.get(code, ()))
            anchors = text.anchors.get(code, {})
            form.anchors.data = "\n".join(anchors.get(str(point), "") for point in text.points).rstrip("\n")


def lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def points(text: str | None, highest: int) -> dict[str, str]:
    """The words of each point that has some; lines beyond the scale belong to none."""
    said = [line.strip() for line in (text or "").splitlines()][:highest]
    return {str(point): line for point, line in enumerate(said, 1) if line}
