"""The forms of decisions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from webapp.services.decisions.reasons import LONGEST, Why
from webapp.services.decisions.stages import KIND_WORDS, reason_name, stage_name

TOO_LONG = _l("Keep it under 2000 characters.")


def as_counted(text: str | None) -> str:
    """A line break is sent as two signs and counts as one, as the page counts it."""
    return (text or "").replace("\r\n", "\n")


class DecideForm(FlaskForm):
    """Where to, and why."""

    to = RadioField(_l("Which stage?"), [InputRequired(_l("Choose the stage."))])
    reason = SelectField(_l("Reason"))
    text = TextAreaField(
        _l("The reason in your own words"),
        [Length(max=LONGEST, message=TOO_LONG)],
        filters=[as_counted],
        description=_l("The person may read it one day. Write no names and nothing about health or private life."),
    )

    def offer(self, stages: Sequence[Any], reasons: Sequence[Any], language: str) -> None:
        self.to.choices = [(str(each.number), stage_name(each, language)) for each in stages]
        self.reason.choices = {"": [("", _l("In my own words"))]} | {
            str(words): [(str(each.id), reason_name(each, language)) for each in reasons if each.kind == kind]
            for kind, words in KIND_WORDS.items()
            if any(each.kind == kind for each in reasons)
        }

    def why(self, tie: str = "") -> Why:
        return Why(uuid.UUID(self.reason.data) if self.reason.data else None, self.text.data or "", tie)


class ConfirmForm(FlaskForm):
    """Yes to what was shown, and why these of those who cannot be told apart."""

    mark = HiddenField()

    tie_reason = TextAreaField(
        _l("Why these, and not the others of the same group?"),
        [Length(max=LONGEST, message=TOO_LONG)],
        filters=[as_counted],
        description=_l(
            "The questionnaire cannot tell them apart, so the reason has to come from elsewhere: papers, experience, "
            "an interview. Write no names."
        ),
    )
