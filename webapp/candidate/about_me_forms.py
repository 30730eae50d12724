"""The questions that nobody has to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from webapp.services.demographics.catalogue import attribute_name, category_name
from webapp.services.demographics.tell import NOT_SAID


class TakeBackForm(FlaskForm):
    """Delete what was told."""


def about_me_form(asked: Mapping[str, Sequence[str]], country: str, kept: Mapping[str, str]) -> Any:
    """One question for each attribute that this company asks; nothing is chosen beforehand but one's own word."""

    class AboutMeForm(FlaskForm):
        """What somebody may tell."""

    for attribute, names in asked.items():
        setattr(AboutMeForm, attribute, _question(attribute, names, country))
    return AboutMeForm(data=dict(kept))


def _question(attribute: str, names: Sequence[str], country: str) -> Any:
    choices = [SelectChoice(name, category_name(name, country)) for name in names]
    return RadioField(
        attribute_name(attribute),
        choices=[*choices, SelectChoice(NOT_SAID, _("I prefer not to say"))],
        validators=[Optional()],
    )
