"""What the candidate sends beside the answers themselves."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired


class ConsentForm(FlaskForm):
    """Agreement to the notice; never ticked beforehand."""

    agree = BooleanField(
        _l("I have read this and agree to take part."),
        validators=[InputRequired(_l("Tick the box if you agree. Without it the questionnaire cannot begin."))],
    )


def read_revision(sent: Mapping[str, str]) -> int:
    """The revision that the page showed; what is no number matches nothing."""
    try:
        return int(sent.get("revision", ""))
    except ValueError:
        return -1
