"""The public door of a vacancy: somebody asks for a personal link."""

from __future__ import annotations

import hashlib

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from webapp.config import LANGUAGES
from webapp.errors import Invalid
from webapp.extensions import db
from webapp.recruiter.forms import ApplyForm
from webapp.security import public
from webapp.services import apply_publicly as asking
from webapp.services.edit_vacancy import has_opened
from webapp.services.read_invitation_list import plain_address

LONGEST_ADDRESS = 254


def address_named() -> str:
    """The same key for an address, known or not, which is not kept itself."""
    named = plain_address(request.form.get("email", "")[:LONGEST_ADDRESS])
    return "apply:" + hashlib.sha256(named.encode()).hexdigest()


@public
def apply(code: str) -> ResponseReturnValue:
    organisation, vacancy = asking.public_vacancy(db.session, code)
    form = ApplyForm(language=str(get_locale()))
    form.language.choices = [(each, LANGUAGES[each]) for each in vacancy.languages]
    frame = {"organisation": organisation, "vacancy": vacancy, "simulated": organisation.simulated}
    if not has_opened(vacancy):
        return render_template("recruiter/apply_later.html", **frame)
    if form.validate_on_submit():
        try:
            with db.transaction() as writing:
                asking.apply_publicly(
                    writing, code, name=form.name.data, email=form.email.data, language=form.language.data
                )
        except Invalid as fault:
            form.email.errors = fault.messages
        else:
            return render_template("recruiter/asked.html", email=form.email.data.strip(), **frame)
    return render_template("recruiter/apply.html", form=form, **frame), 400 if form.errors else 200
