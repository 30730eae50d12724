"""The door of a supervised confirmation: the code that HR gave."""

from __future__ import annotations

from flask import Response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from webapp.candidate.access import next_step
from webapp.candidate.coming_back import note_person
from webapp.errors import Invalid
from webapp.extensions import db, limiter
from webapp.security import hold_sitting, public
from webapp.services.confirmation.open_by_code import open_confirmation
from webapp.services.read_sitting import read_sitting

# Only wrong codes count: a room full of people stands behind one address, and 40 random bits are not found by so few.
TRIES = "60 per 10 minutes"
NEEDED = _l("Type the code of eight letters and digits.")


class CodeForm(FlaskForm):
    """The code, with or without dashes."""

    code = StringField(_l("Code"), [InputRequired(NEEDED), Length(max=40, message=NEEDED)])


def was_wrong(response: Response) -> bool:
    return response.status_code == 400


@public
@limiter.limit(TRIES, methods=["POST"], deduct_when=was_wrong)
def confirm_code() -> ResponseReturnValue:
    form = CodeForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                organisation_id, sitting_id = open_confirmation(session, form.code.data or "")
        except Invalid as fault:
            form.code.errors = fault.messages
        else:
            hold_sitting(organisation_id, sitting_id)
            note_person(sitting_id)
            return redirect(next_step(read_sitting(db.session, organisation_id, sitting_id)))
    return render_template("candidate/confirm_code.html", form=form), 400 if form.errors else 200
