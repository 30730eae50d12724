"""Hidden names: the company's rule, and what HR asks of single vacancies."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.hr.blind_forms import BlindRuleForm, ReleaseForm
from webapp.security import current_user, role
from webapp.services.blind import switch
from webapp.services.blind.policy import BlindPolicy, blind_policy_of, set_blind_policy
from webapp.services.blind.read_blind import changes, open_vacancies
from webapp.services.read_vacancy import get_vacancy


@role("hr")
def blind_rules() -> ResponseReturnValue:
    me = current_user()
    form = BlindRuleForm(data={"required": blind_policy_of(db.session, me.organisation_id).required})
    if form.validate_on_submit():
        with db.transaction() as session:
            set_blind_policy(session, me.organisation_id, BlindPolicy(form.required.data), user_id=me.id)
        flash(_("The rule is set. It holds for vacancies that are opened from now on."), "success")
        return redirect(url_for("hr.blind_rules"))
    return render_template(
        "hr/blind_rules.html",
        form=form,
        vacancies=open_vacancies(db.session, me.organisation_id),
        changes=changes(db.session, me.organisation_id),
    )


@role("hr")
def require_blind(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        switch.require_blind(session, me.organisation_id, vacancy_id, user_id=me.id)
    flash(_("Names are hidden on this vacancy, and recruiters cannot change that."), "success")
    return redirect(url_for("hr.blind_rules"))


@role("hr")
def release_blind(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), ReleaseForm()
    vacancy = get_vacancy(db.session, me.organisation_id, vacancy_id)
    if form.validate_on_submit():
        with db.transaction() as session:
            switch.release_blind(session, me.organisation_id, vacancy_id, form.reason.data or "", user_id=me.id)
        flash(_("The vacancy is released. Names stay hidden until a recruiter shows them."), "success")
        return redirect(url_for("hr.blind_rules"))
    return render_template("hr/blind_release.html", form=form, vacancy=vacancy), 400 if form.errors else 200
