"""Invitations that reached nobody. They are listed by address alone, so that a blind vacancy can be mended too."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.recruiter.forms import MendForm
from webapp.security import current_user, role
from webapp.services import mend_address as mending
from webapp.services.mails.state_of_mails import undelivered as read_undelivered
from webapp.services.read_vacancy import get_vacancy


@role("recruiter")
def undelivered(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    return page(vacancy_id)


def page(vacancy_id: uuid.UUID, faults: tuple[str, ...] = ()) -> ResponseReturnValue:
    owner = current_user().organisation_id
    vacancy = get_vacancy(db.session, owner, vacancy_id)
    people = read_undelivered(db.session, owner, vacancy_id)
    return (
        render_template("recruiter/invite_undelivered.html", vacancy=vacancy, people=people, faults=faults),
        400 if faults else 200,
    )


@role("recruiter")
def mend_address(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), MendForm()
    get_vacancy(db.session, me.organisation_id, vacancy_id)
    if not form.validate_on_submit():
        return page(vacancy_id, (_("Give a full e-mail address, such as name@example.org."),))
    try:
        with db.transaction() as writing:
            mending.mend_address(
                writing,
                me.organisation_id,
                vacancy_id,
                form.address.data or "",
                form.right.data or "",
                user_id=me.id,
                settings=current_app.config["SETTINGS"],
            )
    except Invalid as fault:
        return page(vacancy_id, tuple(fault.messages))
    flash(_("A new link goes to the right address. The old link no longer opens."), "success")
    return redirect(url_for("recruiter.undelivered", vacancy_id=vacancy_id))


@role("recruiter")
def take_back(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), MendForm()
    with db.transaction() as writing:
        mending.take_back(writing, me.organisation_id, vacancy_id, form.address.data or "", user_id=me.id)
    flash(_("The invitation is taken back."), "success")
    return redirect(url_for("recruiter.undelivered", vacancy_id=vacancy_id))
