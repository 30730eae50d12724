"""Erase a member of staff, see what was erased, and say what becomes of models then."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.hr.erasure_forms import EraseStaffForm, ErasurePolicyForm
from webapp.security import current_user, role
from webapp.services.erasure import words
from webapp.services.erasure.erase_staff import erase_staff
from webapp.services.erasure.policy import policy_of, set_erasure_policy
from webapp.services.erasure.read_certificate import (
    list_erasures,
    models_to_promote,
    read_certificate_of,
    waiting_trainings,
)
from webapp.services.erasure.what_goes import what_goes
from webapp.services.staff.read_member import get_member


@role("hr")
def erase_member(member_id: uuid.UUID) -> ResponseReturnValue:
    """What goes, which models were trained with the person, and what becomes of each; then for good."""
    me = current_user()
    member = get_member(db.session, me.organisation_id, member_id)
    form = EraseStaffForm()
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                erasure = erase_staff(
                    session,
                    me.organisation_id,
                    member_id,
                    form.code.data or "",
                    current_app.config["SETTINGS"],
                    reason=form.reason.data,
                    user_id=me.id,
                )
        except Invalid as fault:
            form.code.errors = fault.messages
        else:
            flash(_("Erased. Give the person the code of the certificate."), "success")
            return redirect(url_for("hr.erasure", certificate=erasure.certificate))
    found = what_goes(db.session, get_member(db.session, me.organisation_id, member_id))
    page = render_template("hr/erasure_person.html", form=form, member=member, found=found, words=words)
    return page, 400 if form.errors else 200


@role("hr")
def erasures() -> ResponseReturnValue:
    """What was erased, what is still being done about models, and the company's rule."""
    owner = current_user().organisation_id
    return render_template(
        "hr/erasures.html",
        rows=list_erasures(db.session, owner),
        waiting=waiting_trainings(db.session, owner),
        ready=models_to_promote(db.session, owner),
        policy=policy_of(db.session, owner),
        words=words,
    )


@role("hr")
def erasure(certificate: str) -> ResponseReturnValue:
    """One certificate, as HR sees it."""
    found = read_certificate_of(db.session, current_user().organisation_id, certificate)
    return render_template("hr/erasure.html", words=words.certificate_words(found))


@role("hr")
def erasure_policy() -> ResponseReturnValue:
    me = current_user()
    form = ErasurePolicyForm(data=vars(policy_of(db.session, me.organisation_id)))
    if form.validate_on_submit():
        with db.transaction() as session:
            set_erasure_policy(session, me.organisation_id, form.policy(), user_id=me.id)
        flash(_("Saved. It holds for erasures from now on; earlier certificates keep what they promised."), "success")
        return redirect(url_for("hr.erasures"))
    return render_template("hr/erasure_policy.html", form=form), 400 if form.errors else 200
