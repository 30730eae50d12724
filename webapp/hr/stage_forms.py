"""The forms of stages and reasons."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from webapp.config import LANGUAGES

REASON = _l("Give the reason in a sentence, at most 2000 characters.")


class NamesForm(FlaskForm):
    """The same words in each language."""

    en = StringField("English")
    ru = StringField("Русский")
    lt = StringField("Lietuvių")

    def names(self) -> dict[str, str]:
        return {code: self[code].data or "" for code in LANGUAGES}


class StageForm(NamesForm):
    """A stage."""

    reveals = BooleanField(
        _l("A decision into this stage shows the name, where names are hidden"),
        description=_l("Invite people to an interview only from such a stage: you need to know whom you write to."),
    )


class NewStageForm(StageForm):
    """A stage with what it means; that is said once."""

    kind = RadioField(
        _l("What does it mean?"),
        [InputRequired(_l("Choose what the stage means."))],
        choices=lambda: [
            SelectChoice("open", _l("The person goes on")),
            SelectChoice("hired", _l("The person is hired")),
            SelectChoice("declined", _l("The person does not go on")),
        ],
        description=_l("It cannot be changed later: earlier decisions would mean something else."),
    )


class ReasonWordsForm(NamesForm):
    """A reason."""

    needs_text = BooleanField(
        _l("It says nothing by itself: words of one's own have to stand beside it"),
        description=_l("As with “Another reason”."),
    )


class NewReasonForm(ReasonWordsForm):
    """A reason, and for which decisions it is."""

    kind = RadioField(
        _l("For which decisions?"),
        [InputRequired(_l("Choose for which decisions the reason is."))],
        choices=lambda: [
            SelectChoice("open", _l("The person goes on")),
            SelectChoice("hired", _l("The person is hired")),
            SelectChoice("declined", _l("The person does not go on")),
            SelectChoice("new", _l("The person is put back to the beginning")),
        ],
    )


class RetireStageForm(FlaskForm):
    """What becomes of the people there."""

    people = RadioField(_l("What becomes of the people there?"), [InputRequired(_l("Choose one."))], default="keep")
    reason = TextAreaField(
        _l("Reason for moving them"),
        [Length(max=2000, message=REASON)],
        description=_l("It stands with each decision, with your name. Not needed where they stay."),
    )
