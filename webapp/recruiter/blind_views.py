"""Hide the names of a vacancy, or show them."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.recruiter.forms import ShowNamesForm
from webapp.security import current_user, role
from webapp.services.blind import switch
from webapp.services.blind.face import is_blind
from webapp.services.blind.read_blind import changes
from webapp.services.read_vacancy import get_vacancy


@role("recruiter")
def blind(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    return blind_page(vacancy_id, ShowNamesForm())


def blind_page(vacancy_id: uuid.UUID, form: ShowNamesForm) -> ResponseReturnValue:
    owner = current_user().organisation_id
    vacancy = get_vacancy(db.session, owner, vacancy_id)
    page = render_template(
        "recruiter/blind.html",
        form=form,
        vacancy=vacancy,
        hidden=is_blind(vacancy),
        seen=switch.results_seen(db.session, vacancy),
        changes=changes(db.session, owner, vacancy_id),
    )
    return page, 400 if form.errors else 200


@role("recruiter")
def hide_names(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        switch.hide_names(writing, me.organisation_id, vacancy_id, user_id=me.id)
    flash(_("Names are hidden from now on, and everybody who is undecided has a new code."), "success")
    return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id))


@role("recruiter")
def show_names(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), ShowNamesForm()
    get_vacancy(db.session, me.organisation_id, vacancy_id)
    if not form.validate_on_submit():
        return blind_page(vacancy_id, form)
    with db.transaction() as writing:
        switch.show_names(writing, me.organisation_id, vacancy_id, form.reason.data or "", user_id=me.id)
    flash(_("Names are shown again. That, and your reason, is kept for HR."), "success")
    return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id))
