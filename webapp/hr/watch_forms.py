"""The forms of the watch: what was done about a finding, and who gets mails."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

LONG = Length(max=1000, message=_l("Keep it under 1,000 letters."))


class AcknowledgeForm(FlaskForm):
    """What somebody did about it."""

    note = TextAreaField(
        _l("What you did, or why nothing is needed"),
        [DataRequired(_l("Write what you did, or why nothing is needed.")), LONG],
        description=_l("Whoever looks here later reads it. Name no applicant."),
    )


class SnoozeForm(FlaskForm):
    """Until when it is put off."""

    until = DateField(_l("Remind again on"), [InputRequired(_l("Give the day."))])
    why = TextAreaField(_l("Why it can wait"), [LONG])


def mail_choices() -> list[tuple[str, str]]:
    return [("", _("no mails")), ("watch", _("of everything")), ("alarm", _("of alarms alone"))]


class MailsForm(FlaskForm):
    """One choice for each person of HR; the fields are made for the people who are there."""

    people: dict[str, uuid.UUID]

    def wanted(self) -> Mapping[uuid.UUID, str]:
        return {person: self[name].data or "" for name, person in self.people.items()}


def mails_form(people: Sequence[Any], kept: Mapping[uuid.UUID, str]) -> MailsForm:
    fields: dict[str, Any] = {
        f"person_{user.id.hex}": SelectField(
            user.name or user.email,
            default=kept.get(user.id, ""),
            invalid_choice_message=_("Choose from what is offered."),
        )
        for user in people
    }
    form: MailsForm = type("MailsOfPeople", (MailsForm,), fields)()
    form.people = {f"person_{user.id.hex}": user.id for user in people}
    for name in form.people:
        form[name].choices = mail_choices()
    return form
