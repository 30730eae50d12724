"""The forms of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from webapp.services.add_user import SHORTEST_PASSWORD


class SignInForm(FlaskForm):
    """E-mail and password."""

    email = EmailField(_l("E-mail address"), [DataRequired(_l("Give your e-mail address."))])
    password = PasswordField(_l("Password"), [DataRequired(_l("Give your password."))])
    next = HiddenField()


class PasswordForm(FlaskForm):
    """The present password and, twice, the new one."""

    present = PasswordField(_l("Present password"), [DataRequired(_l("Give your present password."))])
    wanted = PasswordField(
        _l("New password"),
        [Length(min=SHORTEST_PASSWORD, max=500, message=_l("Give a password of at least %(min)d characters."))],
        description=_l("Several words in a row are easy to remember and hard to guess."),
    )
    again = PasswordField(
        _l("New password again"), [EqualTo("wanted", _l("The two are not alike. Type the new password again."))]
    )
