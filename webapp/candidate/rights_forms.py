"""What a person sends about their own data."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from webapp.services.read_invitation_list import LONGEST_NAME
from webapp.services.rights.ask_review import LONGEST_TEXT


class ReviewForm(FlaskForm):
    """Ask a person: to look at the result again, or to tell it."""

    kind = RadioField(
        _l("What do you ask for?"),
        choices=[
            SelectChoice("review", _l("A person looks at my result and at how it came about")),
            SelectChoice("result", _l("A person tells me my result")),
        ],
        validators=[InputRequired(_l("Choose what you ask for."))],
    )
    text = TextAreaField(
        _l("What should this person know?"),
        description=_l("For example what you think went wrong, or what the questionnaire could not see."),
        validators=[Length(max=LONGEST_TEXT, message=_l("Shorten this to 4,000 characters."))],
    )


class ContactForm(FlaskForm):
    """A name and a mail address as they should be."""

    name = StringField(
        _l("Name"), validators=[Length(max=LONGEST_NAME, message=_l("Shorten the name to 200 characters."))]
    )
    email = StringField(
        _l("Mail address"),
        description=_l("A new address counts once you have pressed the button in the mail that we send there."),
        validators=[
            DataRequired(_l("Write your mail address.")),
            Length(max=254, message=_l("Write a mail address such as name@example.org.")),
        ],
    )


class WithdrawForm(FlaskForm):
    """Take the application back."""


class EraseForm(FlaskForm):
    """The second press: never ticked beforehand."""

    sure = BooleanField(
        _l("Yes, erase all of this. I know that nobody can bring it back."),
        validators=[InputRequired(_l("Tick the box if you want everything erased. Nothing was erased so far."))],
    )
