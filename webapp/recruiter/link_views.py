"""What a recruiter does with somebody's invitation."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.errors import Refused
from webapp.extensions import db
from webapp.recruiter.finding import find_face, person_id
from webapp.recruiter.person_views import person_page
from webapp.security import current_user, role
from webapp.services import manage_invitation


@role("recruiter")
def show_link(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    me, applicant_id = current_user(), person_id(vacancy_id, code)
    if find_face(vacancy_id, code).hidden:
        raise Refused(
            _("Names are hidden here, and the page behind the link shows one. Send the link by mail instead.")
        )
    with db.transaction() as writing:
        link = manage_invitation.personal_link(
            writing, me.organisation_id, applicant_id, user_id=me.id, settings=current_app.config["SETTINGS"]
        )
    return person_page(applicant_id, link)


@role("recruiter")
def remind(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    me, applicant_id = current_user(), person_id(vacancy_id, code)
    with db.transaction() as writing:
        manage_invitation.remind(
            writing, me.organisation_id, applicant_id, user_id=me.id, settings=current_app.config["SETTINGS"]
        )
    flash(_("The link goes out once more."), "success")
    return redirect(url_for("recruiter.person", vacancy_id=vacancy_id, code=code))


@role("recruiter")
def withdraw(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    me, applicant_id = current_user(), person_id(vacancy_id, code)
    with db.transaction() as writing:
        manage_invitation.withdraw(writing, me.organisation_id, applicant_id, user_id=me.id)
    flash(_("The invitation is withdrawn. The link no longer opens; what was answered is kept."), "success")
    return redirect(url_for("recruiter.person", vacancy_id=vacancy_id, code=code))
