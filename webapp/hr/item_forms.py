"""The forms of the item desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from webapp.services.items.reasons import LONGEST_NOTE, REASONS

LONG = _l("Write at most 1000 characters.")
ABOUT = _l("About the question only; name nobody in it. It is kept with your name.")


class SetAsideForm(FlaskForm):
    """Why a question is set aside."""

    reason = SelectField(
        _l("Reason"), choices=lambda: [SelectChoice(code, str(name)) for code, name in REASONS.items()]
    )
    note = TextAreaField(
        _l("What is wrong with it"), [Optional(), Length(max=LONGEST_NOTE, message=LONG)], description=ABOUT
    )
    sure = BooleanField(_l("I have read that its subject gets no band in this language"))

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.sure

    @property
    def is_sure(self) -> bool:
        return "sure" in self and bool(self.sure.data)

    def refuse(self, message: str, field: str = "reason") -> None:
        self[field].errors = [*_plain(self[field].errors), message]


class BringBackForm(FlaskForm):
    """Why it counts again."""

    note = TextAreaField(
        _l("Why it counts again"), [Optional(), Length(max=LONGEST_NOTE, message=LONG)], description=ABOUT
    )


def _plain(errors: Sequence[Any]) -> list[str]:
    return [str(each) for each in errors]
