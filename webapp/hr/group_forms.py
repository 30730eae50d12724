"""The forms about applicants' groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, TextAreaField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from webapp.services.demographics.catalogue import ATTRIBUTES, attribute_name, jurisdiction_name, jurisdictions_of
from webapp.services.demographics.policy import LONGEST_BASIS

Choices = Sequence[tuple[str, str]]


class ScopeForm(FlaskForm):
    """Whom a report is about."""

    scope = SelectField(_l("Whom it is about"), [InputRequired(_l("Choose from the list."))])

    def offer(self, choices: Choices) -> None:
        self.scope.choices = [SelectChoice(*each) for each in choices]


class DemographicsForm(FlaskForm):
    """What applicants are asked to tell of themselves, after the answers."""

    attributes = SelectMultipleField(
        _l("What is asked"),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        description=_l("Always voluntary, always after the answers are in, and never shown with a person."),
    )
    jurisdiction = SelectField(
        _l("Where race and ethnicity are asked"),
        [Optional()],
        description=_l("Only needed where race and ethnicity are asked. The categories are those of that place."),
    )
    basis = TextAreaField(
        _l("Legal basis for asking race and ethnicity"),
        [Length(max=LONGEST_BASIS, message=_l("Shorten this to 2,000 characters."))],
        description=_l("In your own words: which law, which purpose, who advised you."),
    )
    confirmed = BooleanField(
        _l("I have had this legal basis checked, and confirm it for the company."),
        description=_l("Your name and the time are kept with it."),
    )

    def offer(self, country: str) -> None:
        """Race and ethnicity are offered only where some jurisdiction of this country knows them."""
        places = jurisdictions_of(country)
        offered = ATTRIBUTES if places else ATTRIBUTES[:-1]
        self.attributes.choices = [SelectChoice(each, attribute_name(each)) for each in offered]
        named = (SelectChoice(each.code, jurisdiction_name(each.code)) for each in places)
        self.jurisdiction.choices = [SelectChoice("", _l("Nowhere")), *named]

    @property
    def chosen(self) -> dict[str, Any]:
        return {
            "attributes": self.attributes.data or [],
            "jurisdiction": self.jurisdiction.data or "",
            "basis": self.basis.data or "",
            "confirmed": bool(self.confirmed.data),
        }
