"""Vacancies: the list, a new one, changes, the end."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.recruiter.forms import VacancyForm
from webapp.security import current_user, role
from webapp.services import edit_vacancy as editing
from webapp.services.find_instrument import instruments, spoken_languages, unit_names
from webapp.services.read_vacancy import get_vacancy, list_vacancies


@role("recruiter")
def vacancies() -> ResponseReturnValue:
    rows = list_vacancies(db.session, current_user().organisation_id)
    return render_template("recruiter/vacancies.html", rows=rows)


@role("recruiter")
def new_vacancy() -> ResponseReturnValue:
    me = current_user()
    choices = instruments(db.session, me.organisation_id)
    form = VacancyForm(languages=[me.language], target=1)
    form.offer(choices)
    if len(choices) == 1 and not form.is_submitted():
        form.instrument.data = str(choices[0].model_version_id)
    if form.validate_on_submit():
        try:
            with db.transaction() as writing:
                vacancy = editing.open_vacancy(
                    writing,
                    me.organisation_id,
                    form.plan(),
                    uuid.UUID(form.instrument.data),
                    user_id=me.id,
                    secret_key=current_app.config["SECRET_KEY"],
                )
        except Invalid as fault:
            form.form_errors = fault.messages
        else:
            flash(_("The vacancy is open. Now invite people."), "success")
            return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy.id))
    return page_with_form("recruiter/new_vacancy.html", form)


@role("recruiter")
def edit_vacancy(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    vacancy = get_vacancy(db.session, me.organisation_id, vacancy_id)
    form = VacancyForm(data=said_of(vacancy))
    form.keep_instrument(spoken_languages(db.session, vacancy))
    if form.validate_on_submit():
        try:
            with db.transaction() as writing:
                editing.change_vacancy(
                    writing,
                    me.organisation_id,
                    vacancy_id,
                    form.plan(),
                    user_id=me.id,
                    secret_key=current_app.config["SECRET_KEY"],
                )
        except Invalid as fault:
            form.form_errors = fault.messages
        else:
            flash(_("The vacancy is changed."), "success")
            return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id))
    return page_with_form("recruiter/edit_vacancy.html", form, vacancy=vacancy)


def said_of(vacancy: Any) -> dict[str, Any]:
    """What the form shows of a vacancy as it is."""
    return {
        "title": vacancy.title,
        "languages": vacancy.languages,
        "target": vacancy.target,
        "closes_on": vacancy.closes_at.date() if vacancy.closes_at else None,
        "unit": vacancy.unit.name if vacancy.unit else "",
        "job_family": vacancy.job_family,
        "public": vacancy.public_code_hash is not None,
    }


def page_with_form(template: str, form: VacancyForm, **values: object) -> ResponseReturnValue:
    units = unit_names(db.session, current_user().organisation_id)
    page = render_template(template, form=form, units=units, **values)
    return page, 400 if form.errors else 200


@role("recruiter")
def close_vacancy(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as writing:
        editing.close_vacancy(writing, current_user().organisation_id, vacancy_id, current_user().id)
    flash(_("The vacancy is closed. Nobody can answer any more; the list stays."), "success")
    return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id))


@role("recruiter")
def reopen_vacancy(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as writing:
        editing.reopen_vacancy(writing, current_user().organisation_id, vacancy_id, current_user().id)
    flash(_("The vacancy is open again."), "success")
    return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id))
