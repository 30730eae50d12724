"""Vacancies: the list, a new one, one like another, changes, the end, the archive."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.recruiter.forms import VacancyForm
from webapp.security import current_user, role
from webapp.services import edit_vacancy as editing
from webapp.services.blind.face import is_blind
from webapp.services.blind.policy import blind_policy_of
from webapp.services.find_instrument import instruments, same_instrument, spoken_languages, unit_names
from webapp.services.read_vacancy import VACANCY_STATES, get_vacancy, list_vacancies, number_of_vacancies
from webapp.services.vacancy_state import change_state


@role("recruiter")
def vacancies() -> ResponseReturnValue:
    owner = current_user().organisation_id
    state = request.args.get("state", "open")
    state = state if state in VACANCY_STATES else "open"
    search = request.args.get("search", "").strip()[:100]
    return render_template(
        "recruiter/vacancies.html",
        rows=list_vacancies(db.session, owner, state, search),
        numbers=number_of_vacancies(db.session, owner),
        state=state,
        search=search,
    )


@role("recruiter")
def new_vacancy() -> ResponseReturnValue:
    me = current_user()
    choices = instruments(db.session, me.organisation_id)
    form = VacancyForm(data=proposed(me))
    form.offer(choices)
    if blind_policy_of(db.session, me.organisation_id).required:
        form.hold_blind()
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


def proposed(me: Any) -> dict[str, Any]:
    """What a new vacancy begins with: what another one says, all but its days, or nearly nothing."""
    like = request.args.get("like", type=uuid.UUID)
    if like is None:
        return {"languages": [me.language], "target": 1}
    vacancy = get_vacancy(db.session, me.organisation_id, like)
    serving = same_instrument(db.session, vacancy)
    return said_of(vacancy) | {"opens_on": None, "closes_on": None, "instrument": str(serving) if serving else None}


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
        "opens_on": vacancy.opens_at.date() if vacancy.opens_at else None,
        "closes_on": vacancy.closes_at.date() if vacancy.closes_at else None,
        "unit": vacancy.unit.name if vacancy.unit else "",
        "job_family": vacancy.job_family,
        "public": vacancy.public_code_hash is not None,
        "blind": is_blind(vacancy),
    }


def page_with_form(template: str, form: VacancyForm, **values: object) -> ResponseReturnValue:
    units = unit_names(db.session, current_user().organisation_id)
    page = render_template(template, form=form, units=units, **values)
    return page, 400 if form.errors else 200


SAID = {
    "closed": _l("The vacancy is closed. Nobody can answer any more; the list stays."),
    "reopened": _l("The vacancy is open again."),
    "archived": _l("The vacancy is in the archive. Its list stays as it is."),
    "unarchived": _l("The vacancy is out of the archive again, and closed."),
}


def stepped(vacancy_id: uuid.UUID, step: str) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        change_state(writing, me.organisation_id, vacancy_id, step, me.id)
    flash(str(SAID[step]), "success")
    return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id))


@role("recruiter")
def close_vacancy(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    return stepped(vacancy_id, "closed")


@role("recruiter")
def reopen_vacancy(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    return stepped(vacancy_id, "reopened")


@role("recruiter")
def archive_vacancy(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    return stepped(vacancy_id, "archived")


@role("recruiter")
def unarchive_vacancy(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    return stepped(vacancy_id, "unarchived")
