"""The forms of this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.config import LANGUAGES
from webapp.days import near_day
from webapp.services.edit_vacancy import LONGEST_TARGET, VacancyPlan
from webapp.services.find_instrument import Instrument

REASON = _l("Give the reason in a sentence, at most 2000 characters.")


def at_least_one(form: FlaskForm, field: SelectMultipleField) -> None:
    if not field.data:
        raise ValidationError(_("Choose at least one language."))


class VacancyForm(FlaskForm):
    """What a vacancy says about itself."""

    title = StringField(
        _l("Title"),
        [DataRequired(_l("Give the vacancy a title.")), Length(max=200, message=_l("Keep it under 200 letters."))],
        description=_l("Applicants read it too. For example: Service adviser, Kaunas."),
    )
    instrument = RadioField(_l("Questionnaire"), [InputRequired(_l("Choose the questionnaire."))])
    languages = SelectMultipleField(
        _l("Languages"),
        [at_least_one],
        description=_l("Applicants choose one of these before they begin."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    target = IntegerField(
        _l("How many people do you want to hire?"),
        [
            InputRequired(_l("Give a whole number, 1 or more.")),
            NumberRange(1, LONGEST_TARGET, _l("Give a whole number, 1 or more.")),
        ],
    )
    opens_on = DateField(
        _l("First day for answers"),
        [Optional(), near_day],
        description=_l("You can invite people before it; they can begin on it. Without a day, at once."),
    )
    closes_on = DateField(
        _l("Last day for answers"),
        [Optional(), near_day],
        description=_l("Without a day, the vacancy is open until you close it."),
    )
    unit = StringField(
        _l("Unit"), [Length(max=200, message=_l("Keep it under 200 letters."))], render_kw={"list": "units"}
    )
    job_family = StringField(_l("Job family"), [Length(max=100, message=_l("Keep it under 100 letters."))])
    public = BooleanField(
        _l("Anybody who has the public link may ask for an invitation"),
        description=_l("You can publish the link in an advertisement. Everybody gets a personal link by mail."),
    )

    blind = BooleanField(
        _l("Hide names until a decision is recorded"),
        description=_l(
            "Recruiters see a code instead of the name and address, until they record a decision that shows it."
        ),
    )

    def hold_blind(self) -> None:
        """HR asks for hidden names on every new vacancy: there is nothing to choose."""
        del self.blind

    def offer(self, choices: Sequence[Instrument]) -> None:
        """Offer these questionnaires, and all languages that any of them speaks."""
        self.instrument.choices = [(str(each.model_version_id), instrument_name(each)) for each in choices]
        spoken = {code for each in choices for code in each.languages}
        self.languages.choices = [(code, name) for code, name in LANGUAGES.items() if code in spoken]

    def keep_instrument(self, languages: Sequence[str]) -> None:
        """An open vacancy stays on its questionnaire; whether names are hidden has a page of its own."""
        del self.instrument, self.blind
        self.languages.choices = [(code, name) for code, name in LANGUAGES.items() if code in languages]

    def plan(self) -> VacancyPlan:
        return VacancyPlan(
            title=self.title.data or "",
            unit=self.unit.data or "",
            job_family=self.job_family.data or "",
            languages=tuple(self.languages.data or ()),
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            target=self.target.data or 0,
            public=self.public.data,
            blind=bool(self.blind and self.blind.data),
        )


def instrument_name(choice: Instrument) -> str:
    title = choice.titles.get(str(get_locale())) or next(iter(choice.titles.values()), "")
    values: dict[str, Any] = {
        "title": title,
        "version": choice.version,
        "form": choice.form,
        "number": choice.model_number,
    }
    if choice.by_key:
        return _("%(title)s %(version)s, form %(form)s: scored by the key, no local evidence yet", **values)
    return _("%(title)s %(version)s, form %(form)s: model %(number)s, calibrated on your own staff", **values)


class ShowNamesForm(FlaskForm):
    """Why names are shown before the decisions."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(REASON), Length(10, 2000, REASON)],
        description=_l("It is kept with your name, and HR reads it. Name no applicant."),
    )


class InviteForm(FlaskForm):
    """A list of people, pasted or as a file."""

    pasted = TextAreaField(
        _l("Paste a list"), description=_l("One person on each line: name and e-mail address, or the address alone.")
    )
    table = FileField(
        _l("Or choose a file"),
        description=_l("CSV or XLSX with the column email and, if you like, name and language (en, ru or lt)."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if valid and not (self.pasted.data or "").strip() and not self.table.data:
            self.pasted.errors = [_("Paste a list, or choose a file.")]
            return False
        return valid


class MendForm(FlaskForm):
    """The right address of somebody whom no mail has reached."""

    address = HiddenField(validators=[DataRequired()])
    right = EmailField(
        _l("The right address"), [DataRequired(_l("Give a full e-mail address, such as name@example.org."))]
    )


class SendForm(FlaskForm):
    """The list as it was previewed, to be read and checked once more."""

    people = TextAreaField()


class ApplyForm(FlaskForm):
    """Somebody who asks for an invitation."""

    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Give your name.")), Length(max=200, message=_l("Keep it under 200 letters."))],
    )
    email = EmailField(
        _l("Your e-mail address"),
        [DataRequired(_l("Give your e-mail address."))],
        description=_l("We send your personal link there."),
    )
    language = SelectField(_l("The language of the mail"))
