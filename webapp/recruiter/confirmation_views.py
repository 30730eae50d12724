"""A recruiter asks HR for a supervised confirmation."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.recruiter.finding import person_id
from webapp.security import current_user, role
from webapp.services.confirmation import arrange


@role("recruiter")
def ask(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    me, applicant_id = current_user(), person_id(vacancy_id, code)
    with db.transaction() as writing:
        arrange.ask_confirmation(writing, me.organisation_id, applicant_id, user_id=me.id)
    flash(_("HR is asked for a confirmation and decides on it."), "success")
    return redirect(url_for("recruiter.person", vacancy_id=vacancy_id, code=code))
