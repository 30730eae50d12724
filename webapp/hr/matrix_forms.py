"""The forms of the pages about who serves whom."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from webapp.errors import Invalid
from webapp.services.matrix.rater_load import LARGEST_CAP

NO_UNIT = "none"


class RuleForm(FlaskForm):
    """Everybody in one unit serves everybody in the other."""

    performers = SelectField(_l("Everybody in"), [InputRequired(_l("Choose the unit that serves."))])
    customers = SelectField(_l("serves everybody in"), [InputRequired(_l("Choose the unit that is served."))])

    def offer(self, units: Sequence[Any]) -> None:
        choices = [("", _("Choose a unit")), *((str(unit.id), unit.name) for unit in units)]
        self.performers.choices = self.customers.choices = choices


class CapForm(FlaskForm):
    """How many colleagues one rater is asked about at most."""

    cap = IntegerField(
        _l("At most so many colleagues for each rater"),
        [Optional(), NumberRange(1, LARGEST_CAP, _l("Give a whole number of 1 or more, or leave it empty."))],
        description=_l(
            "Empty: no limit. Who is left out is drawn by chance, but nobody loses the third rater if it can be helped."
        ),
    )


def read_unit(text: str | None) -> uuid.UUID | None:
    """The unit of an address; `none` stands for people in no unit."""
    if text == NO_UNIT:
        return None
    try:
        return uuid.UUID(text or "")
    except ValueError:
        raise Invalid([_("Choose both units.")]) from None


def read_ids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(each) for each in text.split(",") if each]
    except ValueError:
        raise Invalid([_("This page was damaged on its way. Load it again.")]) from None


def read_block(form: Mapping[str, str], ticked: Sequence[str]) -> tuple[set[Any], set[Any]]:
    """The pairs to add and to take out: what is ticked now against what was ticked when the page was made.

    A pair is named by the places of its two people in the page's own lists.
    """
    people = [read_ids(form.get(name, "")) for name in ("performers", "customers")]
    is_now, was = (places(each) for each in (ticked, form.get("was", "").split(",")))
    try:
        changed = [{(people[0][one], people[1][other]) for one, other in each} for each in (is_now - was, was - is_now)]
    except IndexError:
        raise Invalid([_("This page was damaged on its way. Load it again.")]) from None
    return changed[0], changed[1]


def places(texts: Sequence[str]) -> set[tuple[int, int]]:
    found = set()
    for text in texts:
        one, _dash, other = text.partition("-")
        if one.isdecimal() and other.isdecimal():
            found.add((int(one), int(other)))
    return found
