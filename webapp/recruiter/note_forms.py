"""The form of a note."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.services.notes.write_notes import LONGEST

TOO_LONG = _l("Shorten the note to 4000 characters.")


class NoteForm(FlaskForm):
    """One note: plain text."""

    text = TextAreaField(
        _l("Your note"),
        [DataRequired(_l("Write the note.")), Length(max=LONGEST, message=TOO_LONG)],
        description=_l("Write what was said and done, as if the person read it: they may ask to."),
    )
