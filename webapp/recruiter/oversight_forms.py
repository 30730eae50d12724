"""The forms of oversight."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.services.oversight.notice_places import NoticeRule
from webapp.services.oversight.notices import HOW, LONGEST_NOTE, LONGEST_VERSION, NewNotice
from webapp.services.oversight.review_sample import AGAIN, AGREE, CHANGED

HOW_WORDS = {
    "advertisement": _l("In the advertisement"),
    "invitation": _l("In a letter or mail to each person"),
    "page": _l("On a page of the company"),
    "other": _l("In another way"),
}


class NoticeForm(FlaskForm):
    """When, how and in which words people were told."""

    given_on = DateField(_l("Day on which people were told"), [InputRequired(_l("Give the day."))])
    how = RadioField(
        _l("How"),
        [InputRequired(_l("Say how people were told."))],
        choices=[SelectChoice(each, HOW_WORDS[each]) for each in HOW],
    )
    version = StringField(
        _l("Which text"),
        [InputRequired(_l("Say which text was given.")), Length(max=LONGEST_VERSION)],
        description=_l("Its name and version, such as “Notice 2026-A”. Keep the text itself where you keep contracts."),
    )
    place = SelectField(_l("For which place"))
    note = StringField(
        _l("Remark"), [Length(max=LONGEST_NOTE)], description=_l("Such as where it can be seen. Name nobody.")
    )

    def offer(self, rule: NoticeRule) -> None:
        self.place.choices = [
            SelectChoice("", _l("for all")),
            *(SelectChoice(each.key, each.name) for each in rule.places),
        ]

    def wanted(self) -> NewNotice:
        return NewNotice(
            self.given_on.data,
            self.how.data or "",
            self.version.data or "",
            self.place.data or "",
            self.note.data or "",
        )


class PlacesForm(FlaskForm):
    """Whose law holds for this vacancy."""

    places = SelectMultipleField(
        _l("Places whose rule holds here"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_l("Where people apply from, or would work. Which law holds for whom is for your counsel to say."),
    )

    def offer(self, rule: NoticeRule) -> None:
        self.places.choices = [SelectChoice(each.key, each.name) for each in rule.places]


class ReviewForm(FlaskForm):
    """What somebody found who looked at one person of the sample."""

    verdict = RadioField(
        _l("What did you find?"),
        [InputRequired(_l("Say what you found."))],
        choices=[
            SelectChoice(AGREE, _l("I agree with not choosing this person")),
            SelectChoice(AGAIN, _l("Somebody should look again")),
            SelectChoice(CHANGED, _l("I changed the decision")),
        ],
    )
    note = TextAreaField(
        _l("Why"),
        description=_l("A sentence or two; needed unless you agree. The person may read it one day. Name nobody."),
    )
