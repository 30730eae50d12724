"""A recruiter asks HR for a supervised confirmation."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.security import current_user, role
from webapp.services.confirmation import arrange


@role("recruiter")
def ask(applicant_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        arrange.ask_confirmation(writing, me.organisation_id, applicant_id, user_id=me.id)
    flash(_("HR is asked for a confirmation and decides on it."), "success")
    return redirect(url_for("recruiter.applicant", applicant_id=applicant_id))
