"""One applicant: the result in words, the link, the history."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.recruiter.words import happening
from webapp.security import current_user, role
from webapp.services import manage_invitation
from webapp.services.blind.face import applicant_id_of
from webapp.services.confirmation.arrange import find_confirmation
from webapp.services.mails.state_of_mails import newest_mail
from webapp.services.read_applicant import read_applicant
from webapp.services.retaking.reuse_result import reuse_of


@role("recruiter")
def applicant(applicant_id: uuid.UUID) -> ResponseReturnValue:
    return page(applicant_id)


@role("recruiter")
def person(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    return page(applicant_id_of(db.session, current_user().organisation_id, vacancy_id, code))


def page(applicant_id: uuid.UUID, link: str | None = None) -> ResponseReturnValue:
    owner = current_user().organisation_id
    portrait = read_applicant(db.session, owner, applicant_id)
    history = [(each.event.at, happening(each.event.action), each.who, each.by_day) for each in portrait.history]
    return render_template(
        "recruiter/applicant.html",
        portrait=portrait,
        vacancy=portrait.vacancy,
        model=portrait.vacancy.model_version,
        history=history,
        reuse=reuse_of(db.session, owner, applicant_id),
        confirmation=find_confirmation(db.session, owner, applicant_id),
        mail=newest_mail(db.session, owner, applicant_id),
        link=link,
    )


@role("recruiter")
def show_link(applicant_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        link = manage_invitation.personal_link(
            writing, me.organisation_id, applicant_id, user_id=me.id, settings=current_app.config["SETTINGS"]
        )
    return page(applicant_id, link)


@role("recruiter")
def remind(applicant_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        manage_invitation.remind(
            writing, me.organisation_id, applicant_id, user_id=me.id, settings=current_app.config["SETTINGS"]
        )
    flash(_("The link goes out once more."), "success")
    return redirect(url_for("recruiter.applicant", applicant_id=applicant_id))


@role("recruiter")
def withdraw(applicant_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        manage_invitation.withdraw(writing, me.organisation_id, applicant_id, user_id=me.id)
    flash(_("The invitation is withdrawn. The link no longer opens; what was answered is kept."), "success")
    return redirect(url_for("recruiter.applicant", applicant_id=applicant_id))
