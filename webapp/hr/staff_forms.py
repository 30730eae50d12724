"""The forms of the pages about staff and units."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from webapp.config import LANGUAGES
from webapp.services.import_staff import is_email
from webapp.services.staff.edit_staff import Entry

Choices = Sequence[tuple[str, str]]
TOO_LONG = _l("Shorten this text.")


def cleaned(text: str | None) -> str:
    return " ".join((text or "").split())


def an_address(_form: FlaskForm, field: EmailField) -> None:
    if field.data and not is_email(field.data):
        raise ValidationError(_("Write the address like name@example.org, or leave it empty."))


class MemberForm(FlaskForm):
    """What is known of somebody."""

    code = StringField(
        _l("Personnel code"),
        [DataRequired(_l("Give the person's code.")), Length(max=100, message=TOO_LONG)],
        filters=[cleaned],
        description=_l("The company's own number for this person. It tells two people of the same name apart."),
    )
    name = StringField(_l("Name"), [Length(max=200, message=TOO_LONG)], filters=[cleaned])
    email = EmailField(
        _l("E-mail address"),
        [Optional(), Length(max=254, message=TOO_LONG), an_address],
        filters=[cleaned],
        description=_l("Personal links go there."),
    )
    unit = SelectField(_l("Unit"))
    job_family = StringField(
        _l("Family of jobs"),
        [Length(max=100, message=TOO_LONG)],
        filters=[cleaned],
        description=_l("Such as front line or support."),
    )
    language = SelectField(_l("Language of mails"))

    def offer(self, units: Sequence[Any], now_in: Any = None) -> None:
        """The open units; and the one where the person is, even if it was closed."""
        names = {str(unit.id): unit.name for unit in units}
        if now_in is not None:
            names[str(now_in.id)] = now_in.name
        self.unit.choices = [("", _("No unit")), *names.items()]
        self.language.choices = [("", _("The company's language")), *LANGUAGES.items()]

    def show(self, member: Any) -> None:
        for name in ("code", "name", "email", "job_family", "language"):
            self[name].data = getattr(member, name)
        self.unit.data = str(member.unit_id or "")

    def entry(self) -> Entry:
        return Entry(
            code=self.code.data or "",
            name=self.name.data or "",
            email=(self.email.data or "").lower(),
            unit_id=uuid.UUID(self.unit.data) if self.unit.data else None,
            job_family=self.job_family.data or "",
            language=self.language.data or "",
        )


class LeaveForm(FlaskForm):
    """Since when somebody is not here any more."""

    left_on = DateField(
        _l("Not here since"),
        [InputRequired(_l("Give the first day on which the person is not here any more."))],
        description=_l("The first day without this person. It may lie ahead."),
    )


class UnitForm(FlaskForm):
    """The name of a unit."""

    name = StringField(
        _l("Name of the unit"),
        [DataRequired(_l("Give the unit a name.")), Length(max=200, message=TOO_LONG)],
        filters=[cleaned],
    )


class MergeForm(FlaskForm):
    """Which unit takes the people of this one."""

    into = SelectField(_l("Into which unit"), [InputRequired(_l("Choose the unit that takes the people."))])

    def offer(self, units: Sequence[Any], but: uuid.UUID) -> None:
        self.into.choices = [("", _("Choose a unit")), *((str(u.id), u.name) for u in units if u.id != but)]


class HireForm(FlaskForm):
    """When somebody was hired (today, if nothing is said), and under which code."""

    hired_on = DateField(_l("First working day"), [Optional()])
    code = StringField(_l("Personnel code"), [Length(max=100, message=TOO_LONG)], filters=[cleaned])
