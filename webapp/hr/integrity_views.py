"""Retakes, confirmations, and how often each question was seen."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.hr.integrity_forms import ReasonForm, ReminderForm, RetakeForm
from webapp.security import current_user, in_fours, role
from webapp.services.confirmation import arrange, open_by_code, read_confirmations
from webapp.services.exposure import read_exposure
from webapp.services.mails.reminder_policy import ReminderPolicy
from webapp.services.mails.set_reminders import reminders_of, set_reminder_policy
from webapp.services.retakes import RetakePolicy, policy_of, set_retake_policy
from webapp.services.retaking import allow_retake as exceptions


@role("hr")
def retakes() -> ResponseReturnValue:
    """The policy, and whom it keeps from beginning just now."""
    owner = current_user().organisation_id
    policy = policy_of(db.session, owner)
    form = RetakeForm(data=asdict(policy))
    if form.validate_on_submit():
        wanted = RetakePolicy(form.interval_days.data or 0, form.reuse.data)
        with db.transaction() as session:
            set_retake_policy(session, owner, wanted, user_id=current_user().id)
        flash(_("The policy is set. It holds for everybody who has not begun."), "success")
        return redirect(url_for("hr.retakes"))
    waiting = exceptions.held_back(db.session, owner)
    return render_template("hr/retakes.html", form=form, waiting=waiting), 400 if form.errors else 200


@role("hr")
def allow_retake(applicant_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    held = exceptions.read_held_back(db.session, me.organisation_id, applicant_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with db.transaction() as session:
            exceptions.allow_retake(session, me.organisation_id, applicant_id, form.reason.data or "", user_id=me.id)
        flash(_("This person can begin now, by the link that they have."), "success")
        return redirect(url_for("hr.retakes"))
    return render_template("hr/allow_retake.html", form=form, held=held), 400 if form.errors else 200


@role("hr")
def reminders() -> ResponseReturnValue:
    me = current_user()
    policy = reminders_of(db.session, me.organisation_id)
    form = ReminderForm(data=asdict(policy) | {"at_most": str(policy.at_most)})
    if form.validate_on_submit():
        wanted = ReminderPolicy(form.after_days.data or 0, form.before_days.data or 0, int(form.at_most.data))
        with db.transaction() as session:
            set_reminder_policy(session, me.organisation_id, wanted, user_id=me.id)
        flash(_("The reminders are set."), "success")
        return redirect(url_for("hr.reminders"))
    return render_template("hr/reminders.html", form=form), 400 if form.errors else 200


@role("hr")
def confirmations() -> ResponseReturnValue:
    rows = read_confirmations.list_confirmations(db.session, current_user().organisation_id)
    return render_template("hr/confirmations.html", rows=rows)


@role("hr")
def confirmation(applicant_id: uuid.UUID) -> ResponseReturnValue:
    return confirmation_page(applicant_id)


def confirmation_page(applicant_id: uuid.UUID, code: str = "", form: ReasonForm | None = None) -> ResponseReturnValue:
    found = read_confirmations.read_confirmation(db.session, current_user().organisation_id, applicant_id)
    form = form or ReasonForm()
    page = render_template(
        "hr/confirmation.html", found=found, code=in_fours(code), minutes=open_by_code.MINUTES, form=form
    )
    return page, 400 if form.errors else 200


@role("hr")
def arrange_confirmation(applicant_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        arrange.arrange_confirmation(session, me.organisation_id, applicant_id, user_id=me.id)
    flash(_("It is arranged, and the person is told by mail. Agree on a time with them."), "success")
    return redirect(url_for("hr.confirmation", applicant_id=applicant_id))


@role("hr")
def decline_confirmation(applicant_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), ReasonForm()
    if not form.validate_on_submit():
        return confirmation_page(applicant_id, form=form)
    with db.transaction() as session:
        arrange.decline_confirmation(session, me.organisation_id, applicant_id, form.reason.data or "", user_id=me.id)
    flash(_("It is declined. The recruiter sees your reason."), "success")
    return redirect(url_for("hr.confirmation", applicant_id=applicant_id))


@role("hr")
def confirmation_code(applicant_id: uuid.UUID) -> ResponseReturnValue:
    """The one-time code, on this page and never again."""
    me = current_user()
    with db.transaction() as session:
        code = open_by_code.new_code(session, me.organisation_id, applicant_id, user_id=me.id)
    return confirmation_page(applicant_id, code)


@role("hr")
def exposure() -> ResponseReturnValue:
    """How often each question was shown."""
    forms = read_exposure(db.session, current_user().organisation_id, str(get_locale() or "en"))
    return render_template("hr/exposure.html", forms=forms)
