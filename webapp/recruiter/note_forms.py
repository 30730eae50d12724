"""The form of a note."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.services.notes.write_notes import LONGEST, number_of_new

TOO_LONG = _l("Shorten the note to 4000 characters.")


def plain_ends(text: str | None) -> str | None:
    """A browser sends the end of a line as two signs; whoever writes sees one."""
    return text and text.replace("\r\n", "\n")


class NoteForm(FlaskForm):
    """One note: plain text."""

    text = TextAreaField(
        _l("Your note"),
        [DataRequired(_l("Write the note.")), Length(max=LONGEST, message=TOO_LONG)],
        filters=[plain_ends],
        description=_l("Write what was said and done, as if the person read it: they may ask to."),
    )
    token = HiddenField(default=number_of_new)
    """Of a new note: the same press twice keeps one."""
    revision = HiddenField()
    """Of a note that is changed: which words the writer had before them."""
