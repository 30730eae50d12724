"""The forms of the box for notes."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from webapp.services.voice.answer_note import LONGEST_ANSWER
from webapp.services.voice.topics import topic_names
from webapp.services.voice.write_note import LONGEST, SHORTEST, Draft, tidy


class NoteForm(FlaskForm):
    """A note. Its key comes with the page, so that a form sent twice is one note."""

    key = HiddenField()
    topic = RadioField(_l("What is it about?"), validators=[InputRequired(_l("Choose what the note is about."))])
    text = TextAreaField(
        _l("Your note"),
        description=_l("What happens, what it leads to, and what would help. From 10 to 2,000 letters."),
    )
    name_shown = BooleanField(
        _l("All of the staff may read my name beside it"),
        description=_l("Without this tick HR and whoever is asked to answer read your name, and nobody else."),
    )

    def offer(self, *, named: bool) -> NoteForm:
        self.topic.choices = [SelectChoice(code, name) for code, name in topic_names().items()]
        self.key.data = self.key.data or str(uuid.uuid4())
        if not named:
            del self.name_shown
        return self

    def validate_text(self, field: TextAreaField) -> None:
        length = len(tidy(field.data or ""))
        if length == 0:
            raise ValidationError(_("Write your note."))
        if length < SHORTEST:
            raise ValidationError(_("Write a little more: 10 letters at least, so that it can be answered."))
        if length > LONGEST:
            raise ValidationError(
                _("Your note has %(length)s letters. Shorten it to 2,000; nothing was lost.", length=length)
            )

    def draft(self) -> Draft:
        shown = bool(self.name_shown.data) if "name_shown" in self else False
        return Draft(key_of(self.key.data), self.topic.data, self.text.data or "", shown)


def key_of(text: str | None) -> uuid.UUID:
    """The page's key; one that was tampered with is as good as none."""
    try:
        key = uuid.UUID(text or "")
    except ValueError:
        return uuid.uuid4()
    return key if key.version == 4 else uuid.uuid4()


class SuggestForm(FlaskForm):
    """What the owner of a note would tell the staff."""

    answer = TextAreaField(
        _l("What the staff should be told"),
        description=_l("HR reads it before it is published, and may change it."),
    )

    def validate_answer(self, field: TextAreaField) -> None:
        if not tidy(field.data or ""):
            raise ValidationError(_("Write an answer in your own words."))
        if len(tidy(field.data or "")) > LONGEST_ANSWER:
            raise ValidationError(_("Shorten this to 4,000 letters."))
